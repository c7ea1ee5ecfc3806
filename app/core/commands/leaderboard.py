"""Parses requests for boards and charts, made by slash command or by mention."""

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Final

from app.core.boards import periods, seasons
from app.core.boards.definitions import GIVERS, THINGS, USERS
from app.core.boards.seasons import SeasonNumbers, UnknownSeasonError
from app.core.commands import command_words
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.grammar.characters import END_MARKS, QUOTATION

PLACES: Final = 10
MOST_PLACES: Final = 50
HERE: Final = "here"
"""Stands for the channel that the command is used in."""

NO_NAMES: Final[SeasonNumbers] = {}
"""The season names of a workspace without any."""
_TWO_SEASONS: Final = 2

_LONGEST: Final = 500
"""How many characters are parsed: in a longer text, comparing each word takes too long."""
_LONGEST_WORD: Final = 40
_COUNT: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)*")
_SEPARATOR: Final = re.compile(r"(?:[;、，；]|(?<![0-9]),|,(?![0-9]{3}(?![0-9])))(?![^<]{0,200}>)")
"""A comma outside of a mention, a link or a number."""
_AROUND: Final = f"[{re.escape(f'{END_MARKS}{QUOTATION}()[]*_~`')}]"
_MARKS: Final = re.compile(rf"(?<!\S){_AROUND}++|(?<!{_AROUND}){_AROUND}++(?!\S)")
"""Quotation marks, code marks and the like around a word."""
_CHANNEL: Final = re.compile(r"<#([A-Za-z0-9]{1,64})(?:\|[^<>]*)?>")
_GROUP: Final = re.compile(r"<!subteam\^([A-Za-z0-9]{1,64})(?:\|[^<>]*)?>")
_BOARDS: Final = {
    "users": USERS, "people": USERS, "members": USERS, "things": THINGS, "givers": GIVERS,
}  # fmt: skip
_PARTS: Final[Mapping[str, tuple[str, Any]]] = {
    **{word: ("board", board) for word, board in _BOARDS.items()},
    "top": ("bottom", False), "first": ("bottom", False),
    "bottom": ("bottom", True), "last": ("bottom", True),
    "chart": ("chart", True), "graph": ("chart", True),
    "here": ("channel", HERE), "#here": ("channel", HERE), "channel": ("channel", HERE),
}  # fmt: skip
"""The words that set a part of a request, with the value that they set it to."""
_KNOWN: Final = (
    *periods.RELATIVE, *seasons.RELATIVE, *_BOARDS, "top", "bottom", "chart", "here", "help",
    "last week", "last month", "last season", "last",
    *(name for name in command_words.MONTHS if len(name) > len("july")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """A command to show *count* places of a board for one period, from the top or the bottom."""

    count: int = PLACES
    board: str = USERS
    """`users`, `things` or `givers`; with a channel always `users`."""
    span: str | None = None
    """A word that `periods.is_span` or `seasons.is_span` knows, such as `last-week`, `month-11` or
    `season-2`, or a period's name such as `2026-W47`; None for the current season, or all time if
    there is none."""
    bottom: bool = False
    channel: str | None = None
    """The channel whose votes count, or `here` for the one the command is used in."""
    group: str | None = None
    """The id of the group whose members are shown."""

    @property
    def words(self) -> str:
        """The arguments to type to ask for the same."""
        arguments = [str(self.count), *filter(None, [self.span]), self.board]
        if self.bottom:
            arguments.append("bottom")
        if self.channel:
            arguments.append("here" if self.channel == HERE else f"<#{self.channel}>")
        if self.group:
            arguments.append(f"<!subteam^{self.group}>")
        return " ".join(arguments)


@dataclass(frozen=True, slots=True)
class ShowChart:
    """A command to draw a board's first places week by week, or side by side for one period."""

    board: str = USERS
    """As in ShowBoard."""
    span: str | None = None
    """The period, as in ShowBoard; None for the last weeks."""
    channel: str | None = None
    """As in ShowBoard."""

    @property
    def words(self) -> str:
        """The arguments to type to ask for the same."""
        where = "here" if self.channel == HERE else f"<#{self.channel}>" if self.channel else None
        return " ".join(word for word in ("chart", self.board, self.span, where) if word)


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """A request to explain what the app can do."""


BoardCommand = ShowBoard | ShowChart | ShowHelp | UnclearQuery


def read_leaderboard(
    arguments: str, known: SeasonNumbers = NO_NAMES, subcommands: Container[str] = ()
) -> BoardCommand:
    """Parse what follows `/leaderboard`: words in any order, each kind once, or `help`.

    *known* maps names of seasons to numbers; *subcommands* are those of `/karma`. Marks around
    words count only if it can be understood with them.
    """
    if len(arguments) > _LONGEST:
        return UnclearQuery()
    text = arguments.casefold()
    read = _read(text, known, subcommands)
    bare = _MARKS.sub("", text)
    if not (bare and isinstance(read, UnclearQuery)) or read.why is UnclearReason.SEASON:
        return read
    again = _read(bare, known, subcommands)
    return read if _says_nothing(read) and _says_nothing(again) else again


def _says_nothing(read: BoardCommand) -> bool:
    """Return whether *read* can only be answered by quoting its word."""
    return isinstance(read, UnclearQuery) and read.why is UnclearReason.UNKNOWN and not read.nearest


def _read(text: str, known: SeasonNumbers, subcommands: Container[str]) -> BoardCommand:
    try:
        tokens = seasons.split_words(text, known)
    except UnknownSeasonError as error:
        return UnclearQuery(shorten(str(error)), UnclearReason.SEASON)
    tokens = [word for token in tokens for word in _SEPARATOR.split(token) if word]
    tokens[-1:] = [word.rstrip(END_MARKS) or word for word in tokens[-1:]]
    if {"help", "hilfe", "?", "-h", "--help"} & set(tokens):
        return ShowHelp()
    if long := _find_long_span(tokens):
        return long
    words = command_words.join_pairs(tokens)
    if "last-season" in words and len(known) < _TWO_SEASONS:
        return UnclearQuery("last season", UnclearReason.FIRST)
    read = _read_words(words, subcommands)
    return _restore_typed(read, tokens) if isinstance(read, UnclearQuery) else read


def _find_long_span(tokens: Sequence[str]) -> UnclearQuery | None:
    """Suggest days, or a year, if several months, quarters or years are asked for."""
    for number, unit in pairwise(tokens):
        days = (
            command_words.LONG_UNITS.get(unit, 0) * int(number) if _COUNT.fullmatch(number) else 0
        )
        if days:
            instead = f"{days} days" if days <= periods.MOST_DAYS else periods.YEAR
            return UnclearQuery(f"{number} {unit}", UnclearReason.UNKNOWN, instead)
    return None


def _restore_typed(query: UnclearQuery, tokens: Sequence[str]) -> UnclearQuery:
    """Return *query* with synonyms changed back to the words typed, which are among *tokens*."""
    synonyms = command_words.SYNONYMS
    typed = {synonyms[word]: shorten(word) for word in reversed(tokens) if word in synonyms}
    typed = {word: other for word, other in typed.items() if word not in tokens}
    conflicting = query.nearest
    if query.why is UnclearReason.TWICE:
        conflicting = typed.get(conflicting, conflicting)
        same = dict.fromkeys(w for w in tokens if synonyms.get(w, w) == query.word == query.nearest)
        if len(same) > 1:  # `worst 5 bottom`: two words for the same thing
            first, second, *_ = same
            return replace(query, word=shorten(second), nearest=shorten(first))
    return replace(query, word=typed.get(query.word, query.word), nearest=conflicting)


def _read_words(words: list[str], subcommands: Container[str]) -> BoardCommand:
    parts: dict[str, Any] = {}
    words_by_kind: dict[str, str] = {}
    results = [_read_word(word, subcommands) for word in words]
    unclear = [read for read in results if isinstance(read, UnclearQuery)]
    is_command = any(read.why is UnclearReason.COMMAND for read in unclear)
    if not is_command and (person := find_person(words)):
        return UnclearQuery(shorten(person), UnclearReason.PERSON)
    for word, read in zip(words, results, strict=True):
        if isinstance(read, UnclearQuery):
            return read
        kind, value = read
        if kind in words_by_kind:
            return UnclearQuery(shorten(word), UnclearReason.TWICE, shorten(words_by_kind[kind]))
        words_by_kind[kind], parts[kind] = word, value
    if parts.get("channel") and parts.get("board", USERS) != USERS:
        return UnclearQuery(shorten(words_by_kind["board"]), UnclearReason.PEOPLE)
    if parts.get("group") and parts.get("board") == THINGS:
        return UnclearQuery(shorten(words_by_kind["board"]), UnclearReason.GROUP)
    return _build_chart(parts, words_by_kind) if parts.pop("chart", False) else ShowBoard(**parts)


def find_person(words: list[str]) -> str | None:
    """Return the first word that mentions a person, or None."""
    return next((word for word in words if word.startswith(("@", "<@"))), None)


def _build_chart(parts: dict[str, Any], words_by_kind: dict[str, str]) -> ShowChart | UnclearQuery:
    for kind in ("count", "bottom", "group"):
        if kind in words_by_kind:
            return UnclearQuery(shorten(words_by_kind[kind]), UnclearReason.CHART)
    return ShowChart(**parts)


def _read_word(word: str, subcommands: Container[str]) -> tuple[str, Any] | UnclearQuery:
    """Return the field of ShowBoard that *word* sets, and its value."""
    word = command_words.SYNONYMS.get(word, word)
    if why := _find_unsupported(word):
        return UnclearQuery(shorten(word), why)
    for read in _READERS:
        if (found := read(word)) is not None:
            return found
    if word in subcommands:
        return UnclearQuery(shorten(word), UnclearReason.COMMAND)
    return suggest_nearest(word, _KNOWN)


def _find_unsupported(word: str) -> UnclearReason | None:
    """Return the reason if *word* asks for something that no board shows."""
    if word in command_words.OWN:
        return UnclearReason.OWN
    since = word.startswith("since-") and periods.is_span(word)
    no_day = word == "since" or (since and not periods.is_day(word[6:]))
    return UnclearReason.SINCE if no_day else None


def _read_group(word: str) -> tuple[str, Any] | None:
    named = _GROUP.fullmatch(word)
    return ("group", named[1].upper()) if named else None


def _read_count(word: str) -> tuple[str, Any] | UnclearQuery | None:
    if not _NUMBER.fullmatch(word):
        return None
    if word.isdigit() and len(word) <= 3 and 1 <= int(word) <= MOST_PLACES:
        return "count", int(word)
    return UnclearQuery(shorten(word), UnclearReason.COUNT)


def _read_span(word: str) -> tuple[str, Any] | UnclearQuery | None:
    if word in command_words.MONTHS:
        return "span", f"month-{command_words.MONTHS[word]:02}"
    if periods.is_span(word) or seasons.is_span(word):
        return "span", word
    if named := periods.parse_period(word.upper()):
        return "span", named.name
    missing = periods.name_missing(word)
    return UnclearQuery(missing, UnclearReason.PERIOD) if missing else None


def _read_channel(word: str) -> tuple[str, Any] | UnclearQuery | None:
    if escaped := _CHANNEL.fullmatch(word):
        return "channel", escaped[1].upper()
    return UnclearQuery(shorten(word), UnclearReason.NAME) if word.startswith("#") else None


_READERS: Final[tuple[Callable[[str], tuple[str, Any] | UnclearQuery | None], ...]] = (
    _PARTS.get, _read_span, _read_count, _read_channel, _read_group,
)  # fmt: skip


def suggest_nearest(word: str, known: tuple[str, ...]) -> UnclearQuery:
    """Return a query saying that *word* is unknown, with the nearest *known* word, if any."""
    near = get_close_matches(word[:_LONGEST_WORD].casefold(), known, n=1, cutoff=0.82)
    if word.startswith("<"):  # there's no point in quoting a link
        return UnclearQuery()
    return UnclearQuery(shorten(word), nearest=near[0] if near else "")


def shorten(word: str) -> str:
    """Return *word* cut to a length that can be shown."""
    return word if len(word) <= _LONGEST_WORD else word[: _LONGEST_WORD - 1] + "…"
