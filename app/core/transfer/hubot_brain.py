"""Parses the data of hubot-plusplus in hubot's brain: scores by name, and people's names."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.core.transfer.score_file import (
    JsonEvent,
    RawEntry,
    finish,
    read_pairs,
    read_value,
    take_until,
)

_PLUSPLUS: Final = "plusPlus"
_SCORES: Final = "scores"
_OWN: Final = {_SCORES, "log", "reasons", "last"}
"""The keys of hubot-plusplus's own data."""
_USERS: Final = "users"
_NAMES: Final = ("name", "real_name", "display_name")
_TWICE: Final = "more than one person has this name: write the id in its place"


@dataclass(slots=True)
class Brain:
    """The people by name, the names shared by several, and the key of the scores."""

    key: str = ""
    people: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)

    def add_name(self, name: Any, user: str) -> None:
        """Record that *user* has this name, in hubot-plusplus's spelling."""
        folded = name.strip().lower() if isinstance(name, str) else ""
        if folded and self.people.setdefault(folded, user) != user:
            self.shared.add(folded)

    def resolve(self, raw: RawEntry) -> RawEntry:
        """Return *raw* with a person's name replaced by their id; a shared name becomes a fault."""
        if not isinstance(raw.name, str):
            return raw  # a bad entry
        if raw.name in self.shared:
            return replace(raw, fault=_TWICE)
        return replace(raw, name=self.people.get(raw.name, raw.name))


def find_brain(events: Iterator[JsonEvent]) -> Brain | None:
    """Return the brain in *events*, with its people, or None if they contain something else."""
    brain, keys = Brain(), set()
    if next(events)[0] != "start_map":
        return None
    for _, key in take_until("end_map", events):
        keys.add(key)
        begin, value = next(events)
        if key == _USERS and begin == "start_map":
            _read_users(events, brain)
        else:
            read_value(begin, value, events)
            brain.key = key if key == _PLUSPLUS and begin == "start_map" else brain.key
    bare = _SCORES in keys and keys <= _OWN and len(keys) > 1
    return brain if brain.key or bare else None


def read_brain(events: Iterator[JsonEvent], brain: Brain) -> Iterator[RawEntry]:
    """Yield the entries of the *brain* that `find_brain` found in the same events."""
    next(events)
    yield from map(brain.resolve, _read_scores(events, brain.key))
    finish(events)


def _read_scores(events: Iterator[JsonEvent], within: str) -> Iterator[RawEntry]:
    """Yield the scores of an object, or of the one *within* it by that key, up to its end."""
    for _, key in take_until("end_map", events):
        begin, value = next(events)
        if begin == "start_map" and key == within:
            yield from _read_scores(events, "")
        elif begin == "start_map" and key == _SCORES and not within:
            yield from read_pairs(events)
        else:
            read_value(begin, value, events)


def _read_users(events: Iterator[JsonEvent], brain: Brain) -> None:
    for _, user in take_until("end_map", events):
        begin, value = next(events)
        if begin != "start_map":
            read_value(begin, value, events)
            continue
        for _, key in take_until("end_map", events):
            name = read_value(*next(events), events)
            if key in _NAMES:
                brain.add_name(name, user)
