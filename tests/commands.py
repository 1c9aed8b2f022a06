"""The program in this process, as a user calls it."""

from click.testing import CliRunner, Result

from realfake.cli import main


def realfake(*arguments: object, code: int = 0, stdin: str | None = None) -> Result:
    """Run a command and expect an exit code, and no traceback."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
    assert result.exit_code == code, (result.exit_code, result.output, result.exception)
    assert "Traceback" not in result.stderr
    return result
