"""Cards, histories and searches as Slack shows them; the text alone says all that blocks say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.commands.leaderboard import ShowBoard
from app.core.grammar.tokens import unescaped
from app.core.ledger import Entry
from app.core.vote import THING, is_thing
from app.slack.views.leaderboard import SWITCH, Page
from app.usecases.cards import Shown
from app.usecases.vote_history import Past
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
class Known:
    """What is needed to name people, things and messages."""

    names: Mapping[str, str]
    """By target id, of people and of things."""
    address: str = ""
    """The workspace's, which links to messages begin with."""
    reader: str = ""
    """Who sees it, and is called `you`."""

    def called(self, target: str) -> str:
        """Return what *target* is called, or its id or key."""
        named = self.names.get(target, "")
        return named if texts.shown(named) else target.removeprefix(THING)


def card(shown: Shown, known: Known, extra: Sequence[Block] = ()) -> Page:
    """Return somebody's card as one message, with *extra* buttons."""
    name = known.called(shown.target)
    if shown.hidden and not shown.own:
        return Page(words.absent(list(shown.hidden), name))
    if shown.is_empty:
        out = f" {words.OUT()}" if "opted_out" in shown.hidden else ""
        return Page(words.nothing(shown.target, name, own=shown.own) + out)
    heading = words.title(name, own=shown.own)
    scores = _scores(shown)
    lists = _lists(shown, known)
    last = [_line(vote, shown.target, known) for vote in shown.last]
    notes = [*([words.OUT()] if "opted_out" in shown.hidden else []), words.LATELY()]
    blocks = [
        _heading(heading),
        _fields([f"*{label}*\n{said}" for label, said in scores]),
        *(_section(f"*{label}*\n" + "\n".join(f"• {s}" for s in many)) for label, many in lists),
        *_listed(words.LAST_VOTES(), last),
        _context(" ".join(notes)),
        *_actions(_button(words.HISTORY(), HISTORY, shown.target), _leaderboard(), *extra),
    ]
    text = [heading, *(f"{label}: {said}" for label, said in scores)]
    text += [f"{label}: {'; '.join(many)}" for label, many in lists]
    text += [f"{words.LAST_VOTES()}:", *last] if last else []
    text += notes[:-1]
    return Page(_joined(text), blocks)


def history(past: Past, known: Known) -> Page:
    """Return the last votes of somebody as one message."""
    name = known.called(past.target)
    if past.hidden and not past.own:
        return Page(words.absent(list(past.hidden), name))
    if not past.entries:
        return Page(words.no_past(name, own=past.own))
    lines = [_line(vote, past.target, known) for vote in past.entries]
    heading = words.past_title(name, len(lines), own=past.own)
    blocks = [_heading(heading), *_sections(lines)]
    return Page(
        _joined([heading, *lines]),
        [*blocks, *_actions(_button(words.CARD(), CARD, past.target))],
    )


def found(past: Past, asked: str, pattern: str, known: Known) -> Page:
    """Return what a search for the words *asked* has found, with these in bold."""
    if not past.entries:
        return Page(words.not_found(asked))
    lines = [_line(vote, "", known, pattern) for vote in past.entries]
    heading = words.found_title(asked, len(lines))
    return Page(_joined([heading, *lines]), [_heading(heading), *_sections(lines)])


def _scores(shown: Shown) -> list[tuple[str, str]]:
    """Return each score's label and words; the last, of a person, is what was given."""
    scores = [(words.period(s.period), words.score(s.points, s.rank)) for s in shown.scores]
    if not is_thing(shown.target) and scores:
        scores[-1] = (words.GIVEN(), scores[-1][1])
    return scores


def _lists(shown: Shown, known: Known) -> list[tuple[str, list[str]]]:
    sums, names = shown.sums, known.names
    lists = [
        (words.LATELY_FOR(), words.reasons(sums.reasons, names)),
        (words.LATELY_FROM(), words.sums(sums.voters, names)),
        (words.LATELY_TO(), words.sums(sums.targets, names)),
    ]
    return [(label, many) for label, many in lists if many]


def _line(vote: Entry, about: str, known: Known, found: str = "") -> str:
    said = words.entry(vote, about, known.names, reader=known.reader, found=found)
    link = words.link(known.address, vote)
    return " · ".join(filter(None, [said, words.where(vote), words.when(vote.at), link]))


def _joined(lines: Sequence[str]) -> str:
    """Return as many whole *lines* as a message's text may hold."""
    return next(_packed(lines, _MOST_TEXT))


def _listed(label: str, lines: Sequence[str]) -> list[Block]:
    return _sections([f"*{label}*", *lines]) if lines else []


def _sections(lines: Sequence[str]) -> list[Block]:
    return [_section(text) for text in _packed(lines, _SECTION)]


def _packed(lines: Sequence[str], most: int) -> Iterator[str]:
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
    said = unescaped(text)[:150] or "…"
    return {"type": "header", "text": {"type": "plain_text", "text": said}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _fields(texts: Sequence[str]) -> Block:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _button(label: str, action: str, value: str) -> Block:
    said = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action, "text": said, "value": value}


def _leaderboard() -> Block:
    return _button(words.LEADERBOARD(), f"{SWITCH}_all", ShowBoard().words)


def _actions(*buttons: Block) -> list[Block]:
    """Return the row of *buttons*, without those whose value is longer than Slack takes."""
    fit = [button for button in buttons if len(button["value"]) <= _LONGEST_VALUE]
    return [{"type": "actions", "elements": fit}] if fit else []
