"""The notation for messages and votes in this directory's tables."""

from collections.abc import Sequence

from app.core.grammar import mrkdwn, richtext
from app.core.grammar.parse import parse
from app.core.grammar.tokens import Lines
from app.core.settings.definitions import Settings
from app.core.vote import THING, ParsedMessage, Vote, list_groups, tally
from app.words.catalog import WORDS

PEOPLE = {"@ann": "<@UANN>", "@bob": "<@UBOB>", "@cat": "<@WCAT>", "@team": "<!subteam^STEAM>"}
MEMBERS = {"STEAM": ["U1", "U2"]}
SETTINGS = Settings()


def encode(typed: str) -> str:
    """Return *typed* as Slack would deliver it in `text`, with people and groups as mentions."""
    for handle, mention in PEOPLE.items():
        typed = typed.replace(handle, mention)
    return typed


def parse_message(
    text: str, blocks: object = None, thread_author: str | None = None
) -> ParsedMessage:
    """Parse a message the way the app does: its rich_text, or else its text."""
    return parse(richtext.read(blocks) or mrkdwn.read(text), SETTINGS, WORDS, thread_author)


def tally_message(message: ParsedMessage) -> tuple[Vote, ...]:
    return tally_votes(message.votes)


def tally_votes(found: Sequence[Vote]) -> tuple[Vote, ...]:
    return tally(found, dict.fromkeys(list_groups(found), MEMBERS["STEAM"]), 5)


def votes(typed: str, thread_author: str | None = None) -> str:
    """Return the votes of *typed* in the tables' notation."""
    return format_votes(tally_message(parse_message(encode(typed), thread_author=thread_author)))


def format_votes(found: tuple[Vote, ...]) -> str:
    """Return votes as text: `ann +1, [postgres] -1 (for the docs)`, with things in brackets."""
    return ", ".join(_format_vote(vote) for vote in found)


def _format_vote(vote: Vote) -> str:
    said = " ".join(filter(None, [vote.because, vote.reason]))
    reason = f" ({said})" if vote.reason else ""
    return f"{_name_target(vote.target)} {vote.points:+d}{reason}"


def _name_target(target: str) -> str:
    if target.startswith(THING):
        return f"[{target.removeprefix(THING)}]"
    return {"UANN": "ann", "UBOB": "bob", "WCAT": "cat"}.get(target, target)


def section(*leaves: dict[str, object]) -> dict[str, object]:
    return {"type": "rich_text_section", "elements": list(leaves)}


def text(words: str, **style: bool) -> dict[str, object]:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def user(slack_id: str = "UANN", **style: bool) -> dict[str, object]:
    return {"type": "user", "user_id": slack_id} | ({"style": style} if style else {})


def rich(*elements: object) -> list[object]:
    return [{"type": "rich_text", "elements": list(elements)}]


def rich_votes(*elements: object) -> str:
    """Return the votes of a message with these rich_text elements, in the tables' notation."""
    return format_votes(tally_message(parse_message("", rich(*elements))))


def lines(typed: str) -> Lines:
    return mrkdwn.read(encode(typed))
