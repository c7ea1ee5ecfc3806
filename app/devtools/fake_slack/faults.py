"""What goes wrong between the app and Slack, arranged beforehand, met call by call."""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from typing import Literal

Reset = Literal["before", "after"] | bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What a call meets; *delay* and *retry_after* are seconds, *times* None is for ever.

    A call whose fault is a delay and nothing else is answered normally afterwards, or as soon as
    its method is healed. With a *body* it does what it is to do, and that is answered as JSON.
    """

    method: str
    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    delay: float | None = None
    reset: Reset = False
    body: bytes | None = None
    times: int | None = 1
    healed: asyncio.Event = field(default_factory=asyncio.Event, compare=False)

    @property
    def is_answer(self) -> bool:
        """Say whether the call hears the fault instead of Slack."""
        return bool(self.status or self.error or self.retry_after is not None)

    async def wait(self) -> None:
        """Let the delay pass, which ends when the method is healed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.delay or 0):
                await self.healed.wait()


class Faults:
    """The faults still to come, the earliest arranged first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._met: list[Fault] = []

    def arrange(self, fault: Fault) -> None:
        """Let the next calls of its method, or of all when that is ``*``, meet *fault*."""
        self._waiting.append(fault)

    def heal(self, method: str | None = None) -> None:
        """Forget the faults of *method*, or all of them; calls that they delay go on."""
        for fault in [*self._waiting, *self._met]:
            if method in {None, fault.method}:
                fault.healed.set()
        self._waiting = [f for f in self._waiting if method not in {None, f.method}]

    def meet(self, method: str) -> Fault | None:
        """Give the fault that a call of *method* meets now, and count it as met."""
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
