"""Of which image of the desk another one is a copy, so that erasing one reaches what is said of the other."""

import sqlalchemy as sa
from alembic import op

revision = "earlier"
down_revision = "first"


def upgrade() -> None:
    """Add the column."""
    op.add_column("images", sa.Column("earlier", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_images_earlier"), "images", ["earlier"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_images_earlier"), table_name="images")
    op.drop_column("images", "earlier")
