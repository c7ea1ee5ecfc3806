"""Cards, histories and searches as Slack shows them; the text alone says all that blocks say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.commands.karma import find_nearest
from app.core.commands.leaderboard import ShowBoard
from app.core.grammar.tokens import unescape
from app.core.ledger import LedgerEntry
from app.core.vote import THING, is_thing
from app.slack.views.leaderboard import SWITCH, Page
from app.usecases.cards import Card
from app.usecases.vote_history import PastVotes
from app.words import karma as words
from app.words import text as texts

CARD: Final = "karma_card"
HISTORY: Final = "karma_history"
"""The actions of the buttons, whose value is the target."""

_SECTION: Final = 3000
_MOST_TEXT: Final = 35_000
_LONGEST_VALUE: Final = 2000

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CardContext:
    """What is needed to name people, things and messages."""

    names: Mapping[str, str]
    """By target id, of people and of things."""
    address: str = ""
    """The workspace's, which links to messages begin with."""
    reader: str = ""
    """Who sees it, and is called `you`."""
    words: Sequence[str] = ()
    """What may follow the command, and may have been meant by a name that nobody voted for."""

    def resolve_name(self, target: str) -> str:
        """Return what *target* is called, or its id or key."""
        named = self.names.get(target, "")
        return named if texts.format_name(named) else target.removeprefix(THING)


def render_card(view: Card, context: CardContext, extra: Sequence[Block] = ()) -> Page:
    """Return somebody's card as one message, with *extra* buttons."""
    name = context.resolve_name(view.target)
    if view.hidden and not view.is_own:
        return Page(words.explain_absence(list(view.hidden), name))
    if view.is_empty:
        out = f" {words.OUT()}" if "opted_out" in view.hidden else ""
        meant = find_nearest(name, context.words)
        return Page(words.explain_no_points(view.target, name, meant, own=view.is_own) + out)
    heading = words.format_title(name, own=view.is_own)
    scores = _list_scores(view)
    lists = _build_lists(view, context)
    last = [_format_line(vote, view.target, context) for vote in view.last]
    notes = [*([words.OUT()] if "opted_out" in view.hidden else []), words.LATELY()]
    blocks = [
        _heading(heading),
        _fields([f"*{label}*\n{score}" for label, score in scores]),
        *(_section(f"*{label}*\n" + "\n".join(f"• {s}" for s in many)) for label, many in lists),
        *_render_list(words.LAST_VOTES(), last),
        _context(" ".join(notes)),
        *_render_actions(
            _button(words.HISTORY(), HISTORY, view.target), _render_board_button(), *extra
        ),
    ]
    text = [heading, *(f"{label}: {said}" for label, said in scores)]
    text += [f"{label}: {'; '.join(many)}" for label, many in lists]
    text += [f"{words.LAST_VOTES()}:", *last] if last else []
    text += notes[:-1]
    return Page(_join(text), blocks)


def render_history(past: PastVotes, context: CardContext) -> Page:
    """Return the last votes of somebody as one message."""
    name = context.resolve_name(past.target)
    if past.hidden and not past.is_own:
        return Page(words.explain_absence(list(past.hidden), name))
    if not past.entries:
        return Page(words.explain_no_history(name, own=past.is_own))
    lines = [_format_line(vote, past.target, context) for vote in past.entries]
    heading = words.format_history_title(name, len(lines), own=past.is_own)
    blocks = [_heading(heading), *_render_sections(lines)]
    return Page(
        _join([heading, *lines]),
        [*blocks, *_render_actions(_button(words.CARD(), CARD, past.target))],
    )


def render_search(past: PastVotes, searched: str, pattern: str, context: CardContext) -> Page:
    """Return what a search for the words *searched* has found, with these in bold."""
    if not past.entries:
        return Page(words.explain_not_found(searched))
    lines = [_format_line(vote, "", context, pattern) for vote in past.entries]
    heading = words.format_search_title(searched, len(lines))
    return Page(_join([heading, *lines]), [_heading(heading), *_render_sections(lines)])


def _list_scores(view: Card) -> list[tuple[str, str]]:
    """Return each score's label and words; the last, of a person, is what was given."""
    scores = [
        (words.format_period(s.period), words.format_score(s.points, s.rank)) for s in view.scores
    ]
    if not is_thing(view.target) and scores:
        scores[-1] = (words.GIVEN(), scores[-1][1])
    return scores


def _build_lists(view: Card, context: CardContext) -> list[tuple[str, list[str]]]:
    sums, names = view.sums, context.names
    lists = [
        (words.LATELY_FOR(), words.list_reasons(sums.reasons, names)),
        (words.LATELY_FROM(), words.list_sums(sums.voters, names)),
        (words.LATELY_TO(), words.list_sums(sums.targets, names)),
    ]
    return [(label, many) for label, many in lists if many]


def _format_line(vote: LedgerEntry, about: str, context: CardContext, pattern: str = "") -> str:
    text = words.format_entry(vote, about, context.names, reader=context.reader, pattern=pattern)
    link = words.format_link(context.address, vote)
    return " · ".join(
        filter(None, [text, words.describe_place(vote), words.describe_time(vote.at), link])
    )


def _join(lines: Sequence[str]) -> str:
    """Return as many whole *lines* as a message's text may hold."""
    return next(_pack(lines, _MOST_TEXT))


def _render_list(label: str, lines: Sequence[str]) -> list[Block]:
    return _render_sections([f"*{label}*", *lines]) if lines else []


def _render_sections(lines: Sequence[str]) -> list[Block]:
    return [_section(text) for text in _pack(lines, _SECTION)]


def _pack(lines: Sequence[str], most: int) -> Iterator[str]:
    """Yield *lines* put together to texts of at most *most* characters; none is torn."""
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > most:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    yield text


def _heading(text: str) -> Block:
    # Plain text: Slack shows it as it is, entities and all, and refuses an empty one.
    title = unescape(text)[:150] or "…"
    return {"type": "header", "text": {"type": "plain_text", "text": title}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _fields(texts: Sequence[str]) -> Block:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _button(label: str, action: str, value: str) -> Block:
    caption = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action, "text": caption, "value": value}


def _render_board_button() -> Block:
    return _button(words.LEADERBOARD(), f"{SWITCH}_all", ShowBoard().words)


def _render_actions(*buttons: Block) -> list[Block]:
    """Return the row of *buttons*, without those whose value is longer than Slack takes."""
    fit = [button for button in buttons if len(button["value"]) <= _LONGEST_VALUE]
    return [{"type": "actions", "elements": fit}] if fit else []
