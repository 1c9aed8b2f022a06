"""A desk of before the column keeps what it holds, there and back."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from realfake.service.database import MIGRATIONS
from realfake.service.schema import IMAGES
from tests.desks import add_image


def test_images_are_kept_when_the_column_comes_and_goes(either):
    image = add_image(either)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with either.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "first")
        assert "earlier" not in {column["name"] for column in sa.inspect(connection).get_columns("images")}
        command.upgrade(config, "head")
        assert connection.execute(sa.select(IMAGES.c.id, IMAGES.c.earlier)).one() == (image, None)
