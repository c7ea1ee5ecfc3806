"""CPU time spent by the app and by its PostgreSQL."""

from dataclasses import dataclass

import psutil
import psycopg


@dataclass(frozen=True, slots=True)
class CpuCost:
    """CPU time, either in seconds or in milliseconds per vote."""

    app: float
    postgres: float

    def divide(self, before: "CpuCost", votes: int) -> "CpuCost":
        """Return the milliseconds spent per vote since *before*."""
        return CpuCost(
            1000 * (self.app - before.app) / votes, 1000 * (self.postgres - before.postgres) / votes
        )


class CpuMeter:
    """Reads the CPU time of the process *pid* and of the PostgreSQL server at *url*, if given."""

    def __init__(self, pid: int, url: str | None = None) -> None:
        self._app = psutil.Process(pid)
        self._postgres = _find_postmaster(url) if url else None

    def read(self) -> CpuCost:
        """Return the seconds spent since both started."""
        return CpuCost(_sum_own(self._app), _sum_all(self._postgres) if self._postgres else 0.0)


def _find_postmaster(url: str) -> psutil.Process:
    with psycopg.connect(url) as conn:
        backend = psutil.Process(conn.info.backend_pid)
        return backend.parent() or backend


def _sum_own(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _sum_all(server: psutil.Process) -> float:
    """Return the CPU time of *server* and its children, including those it has reaped."""
    times = server.cpu_times()
    total = float(times.user + times.system + times.children_user + times.children_system)
    for child in server.children(recursive=True):
        try:
            total += _sum_own(child)
        except psutil.NoSuchProcess:  # it ended just now
            continue
    return total
