"""What Alembic runs: the steps that a database lacks, on the connection that it is given."""

from alembic import context

from realfake.service.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
