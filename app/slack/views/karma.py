"""Cards, histories and search results; each message's text alone says everything its blocks say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.commands.leaderboard import ShowBoard
from app.core.ledger import LedgerEntry
from app.core.vote import is_thing
from app.slack.views.blocks import (
    Block,
    Page,
    actions,
    button,
    fields,
    fitting_actions,
    header,
    note,
    pack,
    section,
    sections,
)
from app.slack.views.leaderboard import SWITCH
from app.usecases.cards import Card, PastVotes
from app.words import entries
from app.words import karma as words
from app.words import text as texts
from app.words.catalog import say
from app.words.home import describe_allowance

CARD: Final = "karma_card"
HISTORY: Final = "karma_history"
"""The actions of the buttons, whose value is the target."""

_MOST_TEXT: Final = 35_000


@dataclass(frozen=True, slots=True)
class CardContext:
    """What's needed to name people, things and messages."""

    names: Mapping[str, str]
    """Names of people and things, by target."""
    address: str = ""
    """The workspace's URL, for links to messages."""
    readers: Collection[str] = ()
    """All accounts of the person who sees it, addressed as `you`."""

    def format_line(self, vote: LedgerEntry, about: Collection[str], pattern: str = "") -> str:
        """Return *vote* as a line in the history of *about*, with its place and time."""
        text = entries.format_entry(vote, about, self.names, readers=self.readers, pattern=pattern)
        link = entries.format_link(self.address, vote)
        parts = [text, entries.describe_place(vote), entries.describe_time(vote.at), link]
        return " · ".join(filter(None, parts))


def render_card(
    view: Card, context: CardContext, extra: Sequence[Block] = (), near: str | None = None
) -> Page:
    """Return a card as one message, with *extra* buttons.

    *near* is the command word that may have been meant by a name without votes.
    """
    name = texts.find_name(view.target, context.names)
    if view.hidden and not view.is_own:
        return Page(words.explain_absence(list(view.hidden), name))
    notes = [say("karma-out")] if "opted_out" in view.hidden else []
    if of := view.allowance:
        notes.append(describe_allowance(of.left, of.limit))
    if view.is_empty:
        sentence = words.explain_no_points(view.target, name, near, own=view.is_own)
        return Page(" ".join([sentence, *notes]))
    heading = words.format_title(view.target, name, own=view.is_own)
    scores = _list_scores(view)
    lists = _build_lists(view, context)
    last = [context.format_line(vote, view.accounts) for vote in view.last]
    blocks = [
        header(heading),
        fields([f"*{label}*\n{score}" for label, score in scores]),
        *(section(f"*{label}*\n" + "\n".join(f"• {s}" for s in many)) for label, many in lists),
        *(sections([f"*{say('karma-last-votes')}*", *last]) if last else []),
        note(" ".join([*notes, say("karma-lately")])),
        *fitting_actions(
            [
                button(HISTORY, say("karma-history"), view.target),
                button(f"{SWITCH}_all", say("karma-leaderboard"), ShowBoard().words),
                *extra,
            ]
        ),
    ]
    listed = [(label, " · ".join(many)) for label, many in lists]
    text = [heading, *(say("labeled", label=label, text=said) for label, said in scores + listed)]
    text += [say("labeled", label=say("karma-last-votes"), text="").rstrip(), *last] if last else []
    text += notes
    return Page(_join(text), blocks)


def render_history(past: PastVotes, context: CardContext) -> Page:
    """Return someone's latest votes as one message."""
    target = past.accounts[0]
    name = texts.find_name(target, context.names)
    if past.hidden and not past.is_own:
        return Page(words.explain_absence(list(past.hidden), name))
    if not past.entries:
        return Page(words.explain_no_history(name, own=past.is_own))
    lines = [context.format_line(vote, past.accounts) for vote in past.entries]
    heading = words.format_history_title(name, len(lines), own=past.is_own)
    blocks = [header(heading), *sections(lines)]
    return Page(
        _join([heading, *lines]),
        [*blocks, *fitting_actions([button(CARD, say("karma-card"), target)])],
    )


def render_not_found(searched: str, member: str, names: Mapping[str, str]) -> Page:
    """Return the empty search result, with a button for *member*'s history if named in *names*."""
    text = words.explain_not_found(searched, names, names.get(member, ""))
    if member not in names:
        return Page(text)
    return Page(text, [section(text), actions([button(HISTORY, say("karma-history"), member)])])


def render_search(past: PastVotes, searched: str, pattern: str, context: CardContext) -> Page:
    """Return the results of a search for *searched*; what matches *pattern* is bold."""
    lines = [context.format_line(vote, (), pattern) for vote in past.entries]
    heading = words.format_search_title(searched, len(lines), context.names)
    return Page(_join([heading, *lines]), [header(heading), *sections(lines)])


def _list_scores(view: Card) -> list[tuple[str, str]]:
    """Return the label and text of each score; a person's last one is the points they've given."""
    scores = [
        (words.format_period(s.period), words.format_score(s.points, s.rank)) for s in view.scores
    ]
    if not is_thing(view.target) and scores:
        scores[-1] = (say("karma-given"), scores[-1][1])
    return scores


def _build_lists(view: Card, context: CardContext) -> list[tuple[str, list[str]]]:
    sums, names = view.sums, context.names
    lists = [
        (say("karma-lately-for"), words.list_reasons(sums.reasons, names)),
        (say("karma-lately-from"), words.list_sums(sums.voters, names)),
        (say("karma-lately-to"), words.list_sums(sums.targets, names)),
    ]
    return [(label, many) for label, many in lists if many]


def _join(lines: Sequence[str]) -> str:
    """Return as many whole *lines* as fit in a message's text."""
    return next(pack(lines, _MOST_TEXT))
