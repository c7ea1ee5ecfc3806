"""What is said of one person or thing: cards, histories, searches, and how to ask for them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.core.karma import Help, Unclear, Voting, nearest
from app.core.ledger import Entry
from app.core.periods import ALL, Period
from app.core.replies.text import escaped, ordinal, plain, points, shown
from app.core.replies.votes import reason as told_reason
from app.core.vote import THING, is_thing

HELP: Final = """\
*Points*
• `/karma`: your own card; `/karma @bob`, `/karma postgres`, `/karma "code review"`: another
• `/karma history`, `/karma history @bob`, `/karma history postgres 25`: the last votes, 1 to 50
• `/karma search release`: votes by the words of their reasons; `"…"`, `or` and `-not` work
*Your votes and you*
• `/karma undo`: takes your last votes back, within 10 minutes
• `/karma opt-out`: you are no longer counted or shown; `/karma opt-in`: you are again
• `/karma export`: your data as a file; `/karma forget-me`: takes you out of everything
*More*
• `/karma help`: this; `/leaderboard`: who leads; `/leaderboard help`: how to give points
Votes that were given in a private channel are shown only there."""

NOT_VOTING: Final = (
    "Points are given in a message, not with a command: write `@bob++ for the release` in a channel"
    " that I am in. `/karma @bob` shows a card."
)
NO_SEARCH_WORDS: Final = "There is no word to search for in that. Try `/karma search release`."
LATELY: Final = (
    "“Lately” is the last 1,000 votes. Votes that were given in a private channel are shown only"
    " there."
)
MORE: Final = "`/karma help` shows what else you can ask."
LAST_VOTES: Final = "Last votes"
GIVEN: Final = "Given, all time"
LATELY_FOR: Final = "Lately for"
LATELY_FROM: Final = "Lately from"
LATELY_TO: Final = "Lately to"
HISTORY: Final = "History"
CARD: Final = "Card"
LEADERBOARD: Final = "Leaderboard"
OUT: Final = "You have opted out: you are on no board, and nobody else sees this."
_SOMEONE: Final = "someone"
_LONGEST_REASON: Final = 500
_MENTION: Final = re.compile(r"<[@!#][^<>]*>")


def advice(asked: Help | Voting | Unclear) -> str:
    """Say how to ask: all of it, or what was not understood and the command that comes nearest."""
    match asked:
        case Help():
            return HELP
        case Voting():
            return NOT_VOTING
        case Unclear(word, near):
            hint = f"Did you mean `/karma {near}`?" if near else "Try `/karma @bob`."
            return f"I did not get {f'“{shown(word)}”' if word.strip() else 'that'}. {hint} {MORE}"


def absent(hidden: Sequence[str], name: str) -> str:
    """Say kindly why somebody is not shown."""
    if "opted_out" in hidden:
        return f"{shown(name)} has chosen not to be counted, so there is nothing to show."
    if "deactivated" in hidden:
        return f"{shown(name)} is no longer active here, so there is nothing to show."
    return "There is nothing to show."


def unknown(handle: str) -> str:
    """Say that Slack has not told whom a typed `@name` means."""
    return (
        f"I do not know who @{shown(handle)} is: choose the person from the list that Slack offers"
        " while you type."
    )


def nothing(target: str, name: str, *, own: bool) -> str:
    """Say that nobody has voted for the target yet, and what was perhaps meant."""
    if own:
        return f"You have no points yet. {MORE}"
    if not is_thing(target):
        return f"{shown(name)} has no points yet."
    meant = nearest(name)
    hint = f" Did you mean `/karma {meant}`?" if meant else ""
    return f"{shown(name)} has no points yet.{hint} {MORE}"


def title(name: str, *, own: bool) -> str:
    """Return the heading of a card."""
    return "Your karma" if own else shown(name)


def past_title(name: str, count: int, *, own: bool) -> str:
    """Return the heading of a history."""
    whose = "Your last" if own else f"{shown(name)}: the last"
    return f"{whose} vote" if count == 1 else f"{whose} {count} votes"


def found_title(words: str, count: int) -> str:
    """Return the heading of what a search has found."""
    return f"{count} {'vote' if count == 1 else 'votes'} for “{shown(words)}”"


def no_past(name: str, *, own: bool) -> str:
    """Say that there are no votes to show."""
    return f"There are no votes {'of yours' if own else f'of {shown(name)}'} to show here."


def not_found(words: str) -> str:
    """Say that no reason has the words."""
    return f"No vote that I can show here has “{shown(words)}” in its reason."


def period(of: Period) -> str:
    """Return how a score's period is called: `All time`, `November 2026`, `16–22 November`."""
    if of.name == ALL:
        return "All time"
    if "W" not in of.name:
        return f"{of.first:%B %Y}"
    same = of.first.month == of.last.month
    since = f"{of.first.day}" if same else f"{of.first.day} {of.first:%B} "
    return f"Week {since}–{'' if same else ' '}{of.last.day} {of.last:%B}"


def score(count: int, rank: int | None) -> str:
    """Return points and the rank they have: `42 points, 3rd`."""
    return f"{points(count)}, {ordinal(rank)}" if rank else points(count)


def sums(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each person or thing: `Ann, 12 points`."""
    return [f"{shown(_called(which, names))}, {points(count)}" for which, count in many]


def reasons(many: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[str]:
    """Return a line for each reason: `the docs (12 points)`."""
    return [f"{reason(said, names)} ({points(count)})" for said, count in many]


def entry(
    vote: Entry, about: str, names: Mapping[str, str], *, reader: str = "", found: str = ""
) -> str:
    """Say what one vote came to: `+2 from Ann for the docs (edited)`.

    *about* is whose history it stands in, empty where both sides are named; what matches the
    pattern *found* is bold.
    """
    if not vote.channel:
        return _carried(vote)
    given = f"{vote.points or vote.was:+d}"
    who = _sides(vote, about, names, reader)
    if not vote.points:
        return f"{given} {who}, withdrawn"
    because = f" for {reason(vote.reason, names, found)}" if vote.reason else ""
    return f"{given} {who}{because}{' (edited)' if vote.edited else ''}"


def _carried(vote: Entry) -> str:
    """Say what no message gave: an import, or the sum of votes that were archived."""
    count = points(vote.points or vote.was)
    if vote.kind == "archive":
        return f"{count} from before, kept as a sum"
    return f"{count} taken over from a file{'' if vote.points else ', and taken out again'}"


def _sides(vote: Entry, about: str, names: Mapping[str, str], reader: str) -> str:
    giver = _who(vote.voter, names, reader) if vote.voter else _SOMEONE
    receiver = _who(vote.target, names, reader)
    if not about:
        return f"from {giver} to {receiver}"
    return f"from {giver}" if vote.target == about else f"to {receiver}"


def _who(which: str, names: Mapping[str, str], reader: str) -> str:
    return "you" if which == reader else shown(_called(which, names))


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
    return plain(_MENTION.sub(_SOMEONE, said)[:80]).strip() + "…"


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
    return f"in <#{vote.channel}>" if vote.channel else ""


def when(at: datetime) -> str:
    """Return a moment as Slack shows it to each reader in their own time."""
    fallback = f"{at:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def link(address: str, vote: Entry) -> str:
    """Return the link to a vote's message; empty where there is none, or no *address* is known."""
    if not (address and vote.channel):
        return ""
    return f"<{escaped(address)}archives/{vote.channel}/p{vote.ts.replace('.', '')}|open>"
