"""The steps lead to the tables of the schema, and back."""

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from realfake.service.database import MIGRATIONS
from realfake.service.schema import METADATA


def test_after_all_steps_the_tables_are_those_of_the_schema(either):
    with either.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_steps_lead_back_to_nothing(either):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with either.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
        assert set(METADATA.tables) < set(sa.inspect(connection).get_table_names())
