"""Parses score files: entries from JSON events, their targets, and whether they can count."""

import itertools
import json
import re
import unicodedata
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from app import make_printable
from app.core.grammar.tokens import SKIN_TONE, clean
from app.core.vote import MOST_SCORE, THING, build_thing_id, is_thing

JsonEvent = tuple[str, Any]
"""An event of a JSON parser: `("map_key", "U1")`, `("number", 3)`, `("end_map", None)`."""

_NAMES: Final = ("user_id", "received_by_id", "slackId", "item", "user", "thing", "name")
"""Keys for names in a list, in order of precedence, including those of other bots."""
_SCORE: Final = "score"
_COUNTS: Final = ("count", "sum", "karma_points")
"""Other keys for a score: HeyTaco's two, which are text, and that of PyBites' karmabot."""
_LISTED: Final = "leaderboard"
"""The key of HeyTaco's list."""
_MOST_IGNORED: Final = 20
"""How many names of ignored keys are kept per entry."""
_MOST_SHOWN: Final = 60
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]{1,25}\s*")

_ID: Final = re.compile(r"[UW][A-Z0-9]{1,63}")
# Slack's own ids have 9 or 11 characters; made-up ones may have other lengths.
_SURELY_ID: Final = re.compile(r"[UW](?:[A-Z0-9]{8}|[A-Z0-9]{10})")
_TONE: Final = re.compile(rf"(?<=:){SKIN_TONE}:$")
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,63})(?:\|[^<>]*)?>|@([UW][A-Z0-9]{1,63})")
_LOWER: Final = re.compile(r"(?=.{9,11}$)[uw][a-z0-9]*[0-9][a-z0-9]*[a-z][a-z0-9]*", re.IGNORECASE)
_MALFORMED_IDS: Final = (
    re.compile(r"<.*"),
    re.compile(r"""(?=.*[^A-Z0-9])[UW][A-Z]*[0-9][A-Z0-9]*[\sA-Z0-9!$%*<>@|,;:?=()"]*"""),
    re.compile(r"[UW]\s[\sA-Z0-9]*[0-9][\sA-Z0-9]*"),
    re.compile(r"[UW][A-Z0-9]{64,}"),
)
_OTHER_IDS: Final = re.compile(r"[BCDGST]0[A-Z0-9]{7,9}")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_MARKED: Final = re.compile(r"[@#](?=\w)")
_NO_PERSON: Final = "not a person's id, but that of something else in Slack"
_MALFORMED: Final = "a malformed id"


class FileError(Exception):
    """A file that can't be imported; the message continues a line that begins with its name."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as in the file; a list or object in it is left empty."""

    number: int
    name: Any
    score: Any = None
    fault: str = ""
    ignored: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """A score that can count."""

    number: int
    name: str
    target: str
    spelling: str
    score: int


@dataclass(frozen=True, slots=True)
class ScoreFault:
    """An entry that can't count, and why."""

    number: int
    name: Any
    why: str

    def __str__(self) -> str:
        name = "" if self.name is None else f" ({format_value(self.name)})"
        return f"entry {self.number}{name}: {self.why}"


@dataclass(slots=True)
class _Fields:
    """The contents of an object in the file: wanted fields, and the names of the others."""

    found: dict[str, Any] = field(default_factory=dict)
    twice: str = ""
    ignored: dict[str, None] = field(default_factory=dict)


def read_entries(events: Iterator[JsonEvent]) -> Iterator[RawEntry]:
    """Yield the entries in *events*, one at a time.

    Accepts an object of scores by name, the same with an object instead of each score, and a list
    of objects. Raises FileError for anything else.
    """
    kind = next(events)[0]
    if kind not in ("start_map", "start_array"):
        raise FileError("contains neither an object nor a list of scores")
    yield from (
        read_pairs(events) if kind == "start_map" else _read_items(events, itertools.count(1))
    )
    finish(events)


def judge_entry(raw: RawEntry) -> ScoreEntry | ScoreFault:
    """Return *raw* as a score that can count, or why it can't."""
    why = raw.fault or _find_name_fault(raw.name) or _find_score_fault(raw.score)
    if not why:
        try:
            return ScoreEntry(raw.number, raw.name, *read_target(raw.name), raw.score)
        except UnnamedError as error:
            why = str(error)
    return ScoreFault(raw.number, raw.name, why)


def read_number(value: Any) -> Any:
    """Return *value* as an int if it's text of a whole number; otherwise return it unchanged."""
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def format_value(value: Any) -> str:
    """Return *value* as one line of text, safe for a terminal and not too long."""
    match value:
        case str():
            return make_printable(json.dumps(_shorten(value), ensure_ascii=False))
        case list() | dict():
            return "a list" if isinstance(value, list) else "an object"
        case Decimal():
            return _shorten(str(value))
        case _:
            return _shorten(json.dumps(value))


def _shorten(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def read_pairs(events: Iterator[JsonEvent]) -> Iterator[RawEntry]:
    """Yield the entries of an object whose start has been consumed, up to its end."""
    numbers = itertools.count(1)
    for _, name in take_until("end_map", events):
        kind, value = next(events)
        if kind == "start_map":
            yield _build_nested(next(numbers), name, _read_fields(events, (_SCORE,)))
        elif kind == "start_array" and name == _LISTED:
            yield from _read_items(events, numbers)
        else:
            yield RawEntry(next(numbers), name, read_value(kind, value, events))


def _read_items(events: Iterator[JsonEvent], numbers: Iterator[int]) -> Iterator[RawEntry]:
    for kind, value in take_until("end_array", events):
        if kind == "start_map":
            fields = _read_fields(events, (*_NAMES, _SCORE, *_COUNTS))
            yield _build_listed(next(numbers), fields)
        else:
            shown = format_value(read_value(kind, value, events))
            why = f"not an object with user_id and score: {shown}"
            yield RawEntry(next(numbers), None, fault=why)


def _build_nested(number: int, name: str, fields: _Fields) -> RawEntry:
    fault = fields.twice or ("" if _SCORE in fields.found else "an object without a score")
    return RawEntry(number, name, fields.found.get(_SCORE), fault, fields.ignored)


def _build_listed(number: int, fields: _Fields) -> RawEntry:
    found, ignored = fields.found, dict(fields.ignored)
    for key in _COUNTS:
        if key in found and _SCORE in found:
            ignored[key] = None
        elif key in found:
            found[_SCORE] = read_number(found[key])
    name_keys = [key for key in _NAMES if key in found]
    ignored |= dict.fromkeys(name_keys[1:])
    name = found[name_keys[0]] if name_keys else None
    lacks = [word for word, key in (("user_id", name_keys), ("score", _SCORE in found)) if not key]
    fault = fields.twice or ("has no " + " and no ".join(lacks) if lacks else "")
    return RawEntry(number, name, found.get(_SCORE), fault, ignored)


def _read_fields(events: Iterator[JsonEvent], wanted: Collection[str]) -> _Fields:
    """Consume one object to its end; of keys that aren't *wanted*, keep only the names."""
    fields = _Fields()
    for _, key in take_until("end_map", events):
        value = read_value(*next(events), events)
        if key not in wanted:
            if len(fields.ignored) < _MOST_IGNORED:
                fields.ignored[_shorten(key)] = None
        elif key in fields.found:
            fields.twice = f"has {key} twice"
        else:
            fields.found[key] = value
    return fields


def read_value(kind: str, value: Any, events: Iterator[JsonEvent]) -> Any:
    """Return a plain value; consume a list or object to its end, and return it empty."""
    if kind not in ("start_map", "start_array"):
        return value
    depth = 1
    while depth:
        inner, _ = next(events)
        depth += inner.startswith("start_") - inner.startswith("end_")
    return {} if kind == "start_map" else []


def finish(events: Iterator[JsonEvent]) -> None:
    """Read *events* to their end, which makes the parser check that nothing else follows."""
    deque(events, maxlen=0)


def take_until(end: str, events: Iterator[JsonEvent]) -> Iterator[JsonEvent]:
    """Yield *events* up to the first of the kind *end*, which is consumed too."""
    return itertools.takewhile(lambda event: event[0] != end, events)


def _find_name_fault(name: Any) -> str:
    return "" if isinstance(name, str) else f"a name that isn't text: {format_value(name)}"


def _find_score_fault(score: Any) -> str:
    if not isinstance(score, int) or isinstance(score, bool):
        return f"not an integer: {format_value(score)}"
    return f"over {MOST_SCORE:,}: {format_value(score)}" if abs(score) > MOST_SCORE else ""


class UnnamedError(ValueError):
    """A name in a file can't be a target; the message says why."""


def read_target(name: str) -> tuple[str, str]:
    """Return the target that *name* stands for, and a thing's spelling ('' for people).

    Slack ids of people (`U123`, also `@U123`, `<@U123>` and `<@U123|bob>`) are people; everything
    else is the thing that a vote for that name would find. Raises UnnamedError.
    """
    name = name.strip()
    if person := _read_person(clean(name).strip()):
        return person, ""
    if name.startswith(THING):  # a target id, in which no character has a special meaning
        spelling = name.removeprefix(THING)
    elif why := _find_fault(name):
        raise UnnamedError(why)
    else:
        name = _TONE.sub("", clean(name))  # as in a message
        spelling = _MARKED.sub("", name, count=1) if _MARKED.match(name) else name
    key = None if "\0" in spelling else build_thing_id(spelling)
    if key is None:
        raise UnnamedError("too long for a name" if spelling.strip("\0 ") else "an empty name")
    return key, " ".join(spelling.split())


def format_target(target_id: str, spelling: str) -> str:
    """Return a name that `read_target` turns into *target_id*: the spelling, if it does."""
    if not is_thing(target_id):
        return target_id
    try:
        same = read_target(spelling)[0] == target_id
    except UnnamedError:
        same = False
    return spelling if same else target_id


def _read_person(name: str) -> str | None:
    mention = _MENTION.fullmatch(name)
    bare = (mention[1] or mention[2]) if mention else name
    if _SURELY_ID.fullmatch(bare):
        return bare
    return bare if _ID.fullmatch(bare) and any(map(str.isdigit, bare)) else None


def _find_fault(name: str) -> str | None:
    """Return why *name* can't be a thing, or None."""
    if any(unicodedata.category(c) in ("Cc", "Cs") and not c.isspace() for c in name):
        return "a name with control characters"
    if _OTHER_IDS.fullmatch(name) or name.startswith(("<#", "<!")):
        return _NO_PERSON
    if _EMAIL.fullmatch(name):  # no vote could find such a thing
        return "an e-mail address: write that person's id in Slack"
    if any(shape.fullmatch(name) for shape in _MALFORMED_IDS):
        return _MALFORMED
    if _LOWER.fullmatch(name) and sum(map(str.isdigit, name)) > 1:
        return f"{_MALFORMED}: is it {name.upper()}?"
    return None
