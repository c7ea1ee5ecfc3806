"""Failures between the app and Slack, arranged in advance and applied call by call."""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from typing import Literal

Reset = Literal["before", "after"] | bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of calls to *method*; *delay* and *retry_after* in seconds, *times* None forever.

    A delay-only fault answers normally after the delay, or as soon as the method is healed. With a
    *body* the call is carried out, and *body* is sent as its JSON response, with *status* if given.
    """

    method: str
    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    delay: float | None = None
    reset: Reset = False
    body: bytes | None = None
    times: int | None = 1
    healed: asyncio.Event = field(default_factory=asyncio.Event, compare=False)

    @property
    def is_answer(self) -> bool:
        """Whether the fault replaces Slack's answer."""
        return bool(self.status or self.error or self.retry_after is not None)

    async def wait(self) -> None:
        """Wait for *delay* seconds, or until the method is healed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.delay or 0):
                await self.healed.wait()


class Faults:
    """The pending faults, in the order in which they were arranged."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._met: list[Fault] = []

    def arrange(self, fault: Fault) -> None:
        """Apply *fault* to the next calls of its method, or of every method if that's ``*``."""
        self._waiting.append(fault)

    def heal(self, method: str | None = None) -> None:
        """Drop the faults of *method*, or all of them, and release the calls that they delay."""
        for fault in [*self._waiting, *self._met]:
            if method in {None, fault.method}:
                fault.healed.set()
        self._waiting = [f for f in self._waiting if method not in {None, f.method}]

    def meet(self, method: str) -> Fault | None:
        """Return the fault that applies to a call of *method* now, and count it as used."""
        for index, fault in enumerate(self._waiting):
            if fault.method in {method, "*"}:
                self._waiting[index : index + 1] = _count_down(fault)
                self._met.append(fault)
                return fault
        return None


def _count_down(fault: Fault) -> list[Fault]:
    if fault.times is None:
        return [fault]
    return [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
