"""What a program and all processes that it starts cost, seen from outside: time, CPU time, peak memory (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

EVERY = 0.5  # seconds between two looks at all processes, which cost some milliseconds each
STEP = 0.05  # seconds by which an end may be noticed late
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Seconds by the clock, CPU seconds of all processes, and the peak MiB of the first and of each other process.

    `foreign` are the CPU seconds that the rest of the machine took meanwhile: much of it voids a measurement.
    """

    seconds: float = 0.0
    cpu: float = 0.0
    foreign: float = 0.0
    own: float = 0.0
    others: list[float] = field(default_factory=list)  # the greatest first

    def __str__(self) -> str:
        greatest = f"{self.others[0]:.0f}" if self.others else "-"
        return (
            f"{self.seconds:7.1f} s {self.cpu:7.1f} CPU s (others {self.foreign:.1f})  "
            f"peak {self.own:.0f} MiB, largest child {greatest} MiB"
        )


def watch(leader: int, running: Callable[[], bool]) -> Cost:
    """The cost of a session of processes until its leader is no longer running.

    Parameters
    ----------
    leader : id of the process that began the session; orphans stay in its session and are counted
    running : whether to go on
    """
    begun, due, busy = time.monotonic(), 0.0, _busy()
    cpu: dict[tuple[int, str], float] = {}  # a process's id may be used again after its end
    peak: dict[tuple[int, str], float] = {}
    while running():
        time.sleep(STEP)
        if time.monotonic() < due:
            continue
        due = time.monotonic() + EVERY
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(") ")[2].split()
                if int(fields[3]) != leader:
                    continue
                status = (folder / "status").read_text()
            except (FileNotFoundError, ProcessLookupError):  # it ended just now
                continue
            process = (int(folder.name), fields[19])
            cpu[process] = (int(fields[11]) + int(fields[12])) / TICK
            if "VmHWM:" in status:
                peak[process] = int(status.split("VmHWM:")[1].split()[0]) / 1024
    own = max((value for (pid, _), value in peak.items() if pid == leader), default=0.0)
    others = sorted((value for (pid, _), value in peak.items() if pid != leader), reverse=True)
    spent = sum(cpu.values())
    return Cost(time.monotonic() - begun, spent, max(0.0, _busy() - busy - spent), own, others)


def _busy() -> float:
    """CPU seconds that the machine has worked, or was kept from working by its host."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK
