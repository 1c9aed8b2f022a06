"""Processes that tests interrupt."""

import signal


def heed() -> None:
    """To be run in a new process before its program: a run in the background ignores interrupts, and so would it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
