"""The tables of the desk. Times are seconds since 1970; what a client says of an image is kept as it was said."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ID = sa.String(32)
DIGEST = sa.String(64)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # the only type that SQLite counts up

BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", ID, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)
IMAGES = sa.Table(
    "images",
    METADATA,
    sa.Column("id", ID, primary_key=True),
    sa.Column("sha256", DIGEST, nullable=False, index=True),
    sa.Column("content_key", DIGEST, nullable=False, unique=True),  # of the file and what was said of it
    sa.Column("idempotency_key", sa.Text, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("submitted", sa.Double, nullable=False),
    sa.Column("submitted_by", sa.Text, nullable=False),
    sa.Column("sender", sa.Text),
    sa.Column("expected_amount", sa.Double),
    sa.Column("expected_receiver", sa.Text),
    sa.Column("received", sa.Text),
    sa.Column("reference", sa.Text),
    # the queue
    sa.Column("status", sa.String(8), nullable=False),  # queued, running, done, failed
    sa.Column("lease", ID),  # the instance that works on it
    sa.Column("leased_until", sa.Double),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.Text),
    sa.Column("stored", sa.Boolean, nullable=False),
    # what the model in use said
    sa.Column("scored", sa.Double),
    sa.Column("model", DIGEST),
    sa.Column("score", sa.Double),
    sa.Column("probability", sa.Double),
    sa.Column("verdict", sa.Text),
    sa.Column("expected_loss", sa.Double),
    sa.Column("channel", sa.Text),  # kind of file
    sa.Column("app", sa.Text),  # the kind of screen, where an archive tells it
    sa.Column("earlier", ID, index=True),  # the image of the desk that this one is a copy of
    sa.Column("result", sa.JSON),
    # what people said
    sa.Column("label", sa.String(8)),  # the one that counts; empty while a second opinion is awaited
    sa.Column("labelled", sa.Double),
    sa.Column("opinions", sa.Integer, nullable=False, default=0),
    # why it is put up for labelling
    sa.Column("drawn", sa.Boolean, nullable=False, default=False),  # by chance
    sa.Column("draw_share", sa.Double),  # the chance it had
    sa.Index("ix_images_status_submitted", "status", "submitted"),
    sa.Index("ix_images_label_score", "label", "score"),
    sa.Index("ix_images_model_scored", "model", "scored"),
)
MEMBERS = sa.Table(  # of a batch; an image that was there before is a member too
    "members",
    METADATA,
    sa.Column("batch", ID, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("image", ID, sa.ForeignKey("images.id", ondelete="CASCADE"), nullable=False, index=True),
)
SCORES = sa.Table(
    "scores",
    METADATA,
    sa.Column("image", ID, sa.ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model", DIGEST, primary_key=True),
    sa.Column("shadow", sa.Boolean, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("score", sa.Double),
    sa.Column("probability", sa.Double),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("threshold", sa.Double),
)
FEATURES = sa.Table(
    "features",
    METADATA,
    sa.Column("image", ID, sa.ForeignKey("images.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model", DIGEST, nullable=False),  # whose scorer of words made its columns
    sa.Column("phash", sa.String(16)),
    sa.Column("row", sa.LargeBinary, nullable=False),  # JSON, packed
)
LABELS = sa.Table(
    "labels",
    METADATA,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("image", ID, sa.ForeignKey("images.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("label", sa.String(8), nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("field", sa.Text),
    sa.Column("undone", sa.Double),
)
MODELS = sa.Table(
    "models",
    METADATA,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", DIGEST, nullable=False, index=True),
    sa.Column("role", sa.String(8), nullable=False, index=True),  # live, shadow, former
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)
DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("number", NUMBER, primary_key=True),
    sa.Column("image", ID, sa.ForeignKey("images.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next", sa.Double, index=True),  # empty when it arrived or was given up
    sa.Column("arrived", sa.Double),
    sa.Column("error", sa.Text),
)
USERS = sa.Table(
    "users",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("password", sa.Text, nullable=False),  # Argon2id
    sa.Column("role", sa.String(8), nullable=False),  # submit, review, admin
    sa.Column("since", sa.Double, nullable=False),
)
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("token", DIGEST, primary_key=True),  # SHA-256 of the cookie
    sa.Column("user", sa.String(64), sa.ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    sa.Column("csrf", DIGEST, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
)
KEYS = sa.Table(
    "keys",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("token", DIGEST, nullable=False, unique=True),  # SHA-256 of the key, which is random and long
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),  # ISO 8601, UTC: what is hashed is what is read
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON
    sa.Column("hash", DIGEST, nullable=False, unique=True),  # of the row and the hash before it
)
