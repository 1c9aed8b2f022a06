"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "first"
down_revision = None
ONLY_APPENDED = "the audit log is only ever appended to"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_table(
        "images",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.Double(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("expected_amount", sa.Double(), nullable=True),
        sa.Column("expected_receiver", sa.Text(), nullable=True),
        sa.Column("received", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.Double(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("stored", sa.Boolean(), nullable=False),
        sa.Column("scored", sa.Double(), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("expected_loss", sa.Double(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("app", sa.Text(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("label", sa.String(length=8), nullable=True),
        sa.Column("labelled", sa.Double(), nullable=True),
        sa.Column("opinions", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("draw_share", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("content_key", name=op.f("uq_images_content_key")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_images_idempotency_key")),
    )
    op.create_index("ix_images_label_score", "images", ["label", "score"], unique=False)
    op.create_index("ix_images_model_scored", "images", ["model", "scored"], unique=False)
    op.create_index(op.f("ix_images_sha256"), "images", ["sha256"], unique=False)
    op.create_index("ix_images_status_submitted", "images", ["status", "submitted"], unique=False)
    op.create_table(
        "keys",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keys")),
        sa.UniqueConstraint("token", name=op.f("uq_keys_token")),
    )
    op.create_table(
        "models",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_models")),
    )
    op.create_index(op.f("ix_models_role"), "models", ["role"], unique=False)
    op.create_index(op.f("ix_models_sha256"), "models", ["sha256"], unique=False)
    op.create_table(
        "users",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
    )
    op.create_table(
        "deliveries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("image", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next", sa.Double(), nullable=True),
        sa.Column("arrived", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["image"], ["images.id"], name=op.f("fk_deliveries_image"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_image"), "deliveries", ["image"], unique=False)
    op.create_index(op.f("ix_deliveries_next"), "deliveries", ["next"], unique=False)
    op.create_table(
        "features",
        sa.Column("image", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("phash", sa.String(length=16), nullable=True),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["image"], ["images.id"], name=op.f("fk_features_image"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("image", name=op.f("pk_features")),
    )
    op.create_table(
        "labels",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("image", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("undone", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["image"], ["images.id"], name=op.f("fk_labels_image"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_labels")),
    )
    op.create_index(op.f("ix_labels_image"), "labels", ["image"], unique=False)
    op.create_table(
        "members",
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("image", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_members_batch"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["image"], ["images.id"], name=op.f("fk_members_image"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("batch", "place", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_image"), "members", ["image"], unique=False)
    op.create_table(
        "scores",
        sa.Column("image", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["image"], ["images.id"], name=op.f("fk_scores_image"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("image", "model", name=op.f("pk_scores")),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.name"], name=op.f("fk_sessions_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
    )
    _guard_audit()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("sessions")
    op.drop_table("scores")
    op.drop_index(op.f("ix_members_image"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix_labels_image"), table_name="labels")
    op.drop_table("labels")
    op.drop_table("features")
    op.drop_index(op.f("ix_deliveries_next"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_image"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("users")
    op.drop_index(op.f("ix_models_sha256"), table_name="models")
    op.drop_index(op.f("ix_models_role"), table_name="models")
    op.drop_table("models")
    op.drop_table("keys")
    op.drop_index("ix_images_status_submitted", table_name="images")
    op.drop_index(op.f("ix_images_sha256"), table_name="images")
    op.drop_index("ix_images_model_scored", table_name="images")
    op.drop_index("ix_images_label_score", table_name="images")
    op.drop_table("images")
    op.drop_table("batches")
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_only_appended")


def _guard_audit() -> None:
    """Let the database itself refuse to change or delete a row of the audit log."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{ONLY_APPENDED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_only_appended() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{ONLY_APPENDED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_only_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended()"
    )
