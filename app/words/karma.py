"""What is said of one person or thing: cards, histories, searches, and how to ask for them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.core.boards.periods import ALL, Period
from app.core.commands.karma import Help, Unclear, Voting, nearest
from app.core.ledger import Entry
from app.core.message import TIMESTAMP
from app.core.vote import THING, is_thing
from app.words.catalogue import Phrase
from app.words.seasons import called as season
from app.words.text import days, escaped, month, ordinal, plain, points, shown, signed
from app.words.votes import reason as told_reason

NO_SEARCH_WORDS: Final = Phrase("karma-no-search-words")
_HELP: Final = Phrase("karma-help")
_NOT_VOTING: Final = Phrase("karma-not-voting")
_UNCLEAR: Final = Phrase("karma-unclear")
_UNCLEAR_ALL: Final = Phrase("karma-unclear-all")
_DID_YOU_MEAN: Final = Phrase("karma-did-you-mean")
_WORDS: Final = Phrase("karma-words")
_TRY: Final = Phrase("karma-try")
_MORE: Final = Phrase("karma-more")

_OPTED_OUT: Final = Phrase("karma-opted-out")
_DEACTIVATED: Final = Phrase("karma-deactivated")
_NOTHING_SHOWN: Final = Phrase("karma-nothing-shown")
_UNKNOWN: Final = Phrase("karma-unknown")
_NO_POINTS: Final = Phrase("karma-no-points")
_NO_POINTS_OWN: Final = Phrase("karma-no-points-own")
_NO_PAST: Final = Phrase("karma-no-past")
_NO_PAST_OWN: Final = Phrase("karma-no-past-own")
_NOT_FOUND: Final = Phrase("karma-not-found")

_TITLE_OWN: Final = Phrase("karma-title-own")
_PAST_TITLE: Final = Phrase("karma-past-title")
_PAST_TITLE_OWN: Final = Phrase("karma-past-title-own")
_FOUND_TITLE: Final = Phrase("karma-found-title")
_ALL_TIME: Final = Phrase("karma-all-time")
_WEEK: Final = Phrase("karma-week")
_SCORE: Final = Phrase("karma-score")
_SUM: Final = Phrase("karma-sum")
_REASON_SUM: Final = Phrase("karma-reason-sum")
GIVEN: Final = Phrase("karma-given")
LATELY_FOR: Final = Phrase("karma-lately-for")
LATELY_FROM: Final = Phrase("karma-lately-from")
LATELY_TO: Final = Phrase("karma-lately-to")
LAST_VOTES: Final = Phrase("karma-last-votes")
LATELY: Final = Phrase("karma-lately")
OUT: Final = Phrase("karma-out")
HISTORY: Final = Phrase("karma-history")
CARD: Final = Phrase("karma-card")
LEADERBOARD: Final = Phrase("karma-leaderboard")

_FROM: Final = Phrase("karma-from")
_FROM_YOU: Final = Phrase("karma-from-you")
_FROM_SOMEONE: Final = Phrase("karma-from-someone")
_TO: Final = Phrase("karma-to")
_TO_YOU: Final = Phrase("karma-to-you")
_ENTRY_FOR: Final = Phrase("karma-entry-for")
_ENTRY_EDITED: Final = Phrase("karma-entry-edited")
_ENTRY_WITHDRAWN: Final = Phrase("karma-entry-withdrawn")
_ARCHIVED: Final = Phrase("karma-archived")
_ADJUSTED: Final = Phrase("admin-entry-adjusted")
_ADJUSTED_FOR: Final = Phrase("admin-entry-adjusted-for")
_IMPORTED: Final = Phrase("karma-imported")
_IMPORTED_WITHDRAWN: Final = Phrase("karma-imported-withdrawn")
_SOMEONE: Final = Phrase("karma-someone")
_WHERE: Final = Phrase("karma-where")
_WHEN: Final = Phrase("karma-when")
_OPEN: Final = Phrase("karma-open")

_LONGEST_REASON: Final = 500
_MENTION: Final = re.compile(r"<([@!#])[^<>]*>")
_MENTIONED: Final = {
    "@": Phrase("karma-typed-person"),
    "#": Phrase("karma-typed-channel"),
    "!": Phrase("karma-typed-group"),
}


def help_text(undo_window: int) -> str:
    """Say all that can be asked, where votes can be taken back for *undo_window* seconds."""
    return _HELP(minutes=undo_window // 60)


def advice(asked: Help | Voting | Unclear, undo_window: int) -> str:
    """Say how to ask: all of it, or what was not understood and the command that comes nearest."""
    match asked:
        case Help():
            return help_text(undo_window)
        case Voting():
            return _NOT_VOTING()
        case Unclear(word, near):
            said = _UNCLEAR(word=shown(_typed(word))) if word.strip() else _UNCLEAR_ALL()
            hint = _DID_YOU_MEAN(command=_syntax(near)) if near else _TRY()
            return f"{said} {hint} {_MORE()}"


def _typed(text: str) -> str:
    """Return *text* with what Slack made of mentions written as words again."""
    return _MENTION.sub(lambda match: _MENTIONED[match[1]](), text)


def _syntax(command: str) -> str:
    return command.replace("WORDS", _WORDS())


def absent(hidden: Sequence[str], name: str) -> str:
    """Say kindly why somebody is not shown."""
    if "opted_out" in hidden:
        return _OPTED_OUT(name=shown(name))
    if "deactivated" in hidden:
        return _DEACTIVATED(name=shown(name))
    return _NOTHING_SHOWN()


def unknown(handle: str) -> str:
    """Say that Slack has not told whom a typed `@name` means."""
    return _UNKNOWN(name=shown(handle))


def nothing(target: str, name: str, *, own: bool) -> str:
    """Say that nobody has voted for the target yet, and what was perhaps meant."""
    if own:
        return f"{_NO_POINTS_OWN()} {_MORE()}"
    said = _NO_POINTS(name=shown(name))
    if not is_thing(target):
        return said
    meant = nearest(name)
    return " ".join([said, *([_DID_YOU_MEAN(command=meant)] if meant else []), _MORE()])


def title(name: str, *, own: bool) -> str:
    """Return the heading of a card."""
    return _TITLE_OWN() if own else shown(name)


def past_title(name: str, count: int, *, own: bool) -> str:
    """Return the heading of a history."""
    return _PAST_TITLE_OWN(count=count) if own else _PAST_TITLE(name=shown(name), count=count)


def found_title(words: str, count: int) -> str:
    """Return the heading of what a search has found."""
    return _FOUND_TITLE(words=shown(words), count=count)


def no_past(name: str, *, own: bool) -> str:
    """Say that there are no votes to show."""
    return _NO_PAST_OWN() if own else _NO_PAST(name=shown(name))


def not_found(words: str) -> str:
    """Say that no reason has the words."""
    return _NOT_FOUND(words=shown(words))


def period(of: Period) -> str:
    """Return how a score's period is called: `All time`, `November 2026`, `16–22 November`."""
    if of.name == ALL:
        return _ALL_TIME()
    if of.kind == "season":
        return season(of)
    return _WEEK(days=days(of.first, of.last)) if "W" in of.name else month(of.first)


def score(count: int, rank: int | None) -> str:
    """Return points and the rank they have: `42 points, 3rd`."""
    return _SCORE(points=points(count), rank=ordinal(rank)) if rank else points(count)


def sums(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each person or thing: `Ann, 12 points`."""
    return [_SUM(name=shown(_called(who, names)), points=points(count)) for who, count in many]


def reasons(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each reason: `the docs (12 points)`."""
    return [_REASON_SUM(reason=reason(said, names), points=points(n)) for said, n in many]


def entry(
    vote: Entry, about: str, names: Mapping[str, str], *, reader: str = "", found: str = ""
) -> str:
    """Say what one vote came to: `+2 from Ann for the docs (edited)`.

    *about* is whose history it stands in, empty where both sides are named; what matches the
    pattern *found* is bold.
    """
    if not vote.channel:
        return _carried(vote, names)
    said = f"{signed(vote.points or vote.was)} {_sides(vote, about, names, reader)}"
    if not vote.points:
        return _ENTRY_WITHDRAWN(vote=said)
    if vote.reason:
        said = _ENTRY_FOR(vote=said, reason=reason(vote.reason, names, found))
    return _ENTRY_EDITED(vote=said) if vote.edited else said


def _carried(vote: Entry, names: Mapping[str, str]) -> str:
    """Say what no message gave: an import, an adjustment, or the sum of archived votes."""
    count = points(vote.points or vote.was)
    if vote.kind == "archive":
        return _ARCHIVED(points=count)
    if vote.kind == "adjust":
        return _adjusted(vote, names)
    return _IMPORTED(points=count) if vote.points else _IMPORTED_WITHDRAWN(points=count)


def _adjusted(vote: Entry, names: Mapping[str, str]) -> str:
    given = signed(vote.points)
    if not vote.reason:
        return _ADJUSTED(given=given)
    return _ADJUSTED_FOR(given=given, reason=reason(vote.reason, names))


def _sides(vote: Entry, about: str, names: Mapping[str, str], reader: str) -> str:
    if about:
        giver = vote.target == about
        return _from(vote.voter, names, reader) if giver else _to(vote.target, names, reader)
    return f"{_from(vote.voter, names, reader)} {_to(vote.target, names, reader)}"


def _from(giver: str, names: Mapping[str, str], reader: str) -> str:
    if not giver:
        return _FROM_SOMEONE()
    return _FROM_YOU() if giver == reader else _FROM(name=shown(_called(giver, names)))


def _to(target: str, names: Mapping[str, str], reader: str) -> str:
    return _TO_YOU() if target == reader else _TO(name=shown(_called(target, names)))


def _called(which: str, names: Mapping[str, str]) -> str:
    named = names.get(which, "")
    return named if shown(named) else which.removeprefix(THING)


def reason(said: str, names: Mapping[str, str], found: str = "") -> str:
    """Return a reason with names for mentions; at most 500 characters, escaped."""

    def words(text: str) -> str:
        return _emphasised(text, found) if found else plain(text)

    whole = told_reason(said, names, words)
    if len(whole) <= _LONGEST_REASON:
        return whole
    return plain(_MENTION.sub(_SOMEONE(), said)[:80]).strip() + "…"


def _emphasised(text: str, found: str) -> str:
    """Return *text*, escaped, with bold marks around what the pattern *found* matches."""
    pieces = re.split(f"({found})", text, flags=re.IGNORECASE)
    return "".join(f"*{plain(p)}*" if at % 2 else plain(p) for at, p in enumerate(pieces))


def pattern(words: str, prefix: str) -> str:
    """Return the pattern of what a search for *words* and the beginning *prefix* has found."""
    excluded = re.sub(r"(?:^|\s)-(?:\"[^\"]*\"?|\S+)", " ", words)
    whole = [re.escape(w) for w in re.findall(r"\w+", excluded) if w.casefold() != "or"]
    begun = [rf"{re.escape(prefix)}\w*"] if prefix else []
    return rf"(?<!\w)(?:{'|'.join(whole + begun)})(?!\w)" if whole or begun else ""


def where(vote: Entry) -> str:
    """Return where a vote was given; Slack shows the channel's name to those who may see it."""
    return _WHERE(channel=f"<#{vote.channel}>") if vote.channel else ""


def when(at: datetime, time: str = "{time}") -> str:
    """Return a moment as Slack shows it to each reader in their own time, *time* as it says."""
    shown_as = _WHEN(day="{date_short_pretty}", time=time)
    return f"<!date^{int(at.timestamp())}^{shown_as}|{at:%Y-%m-%d %H:%M} UTC>"


def link(address: str, vote: Entry) -> str:
    """Return the link to a vote's message; empty where it has none, or no *address* is known."""
    if not (address and vote.channel and TIMESTAMP.fullmatch(vote.ts)):
        return ""
    return f"<{escaped(address)}archives/{vote.channel}/p{vote.ts.replace('.', '')}|{_OPEN()}>"
