"""Worked examples of the vote grammar, all of which have to hold."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core.grammar.tokens import unescape
from app.core.vote import Vote
from tests.core.reading import parse_message, tally_message
from tests.tables import each

VECTORS = json.loads(Path(__file__).with_name("grammar-vectors.json").read_text("utf-8"))


@each("vector", VECTORS)
def test_the_worked_example_holds(vector: dict[str, Any]):
    assert read_votes(vector) == (vector["votes"], vector.get("query"))


def read_votes(vector: dict[str, Any]) -> tuple[list[Any], Any]:
    message = parse_message(vector["text"], vector.get("blocks"), vector.get("thread_parent"))
    votes = join_thanks(tally_message(message), vector)
    return [[vote.target, vote.points, vote.reason] for vote in votes], message.query


@each("vector", VECTORS)
def test_the_worked_example_holds_in_rich_text_too(vector: dict[str, Any]):
    blocks = vector.get("blocks") or compose(vector["text"])
    result = read_votes(vector | {"text": "", "blocks": blocks})
    assert result == (vector["votes"], vector.get("query"))


MARKUP = re.compile(
    r"<@(?P<user>\w+)>|<!subteam\^(?P<usergroup>\w+)>|<#(?P<channel>\w+)[^>]*>|<!(?P<broadcast>here|channel)>"
    r"|<(?P<link>http[^>]*)>|:(?P<emoji>[+\w-]*[\w+-]*[a-z0-9]):(?::skin-tone-\d:)?|\*(?P<bold>[^*]+)\*"
)


def compose(text: str) -> list[Any]:
    """Return the blocks that Slack's clients make of *text*."""
    elements: list[Any] = []
    for number, part in enumerate(text.split("```")):
        if number % 2:
            elements.append({"type": "rich_text_preformatted", "elements": [leaf(text=part)]})
            continue
        for line in filter(None, part.split("\n")):
            quote = line.startswith("&gt; ")
            kind = "rich_text_quote" if quote else "rich_text_section"
            elements.append({"type": kind, "elements": leaves(line.removeprefix("&gt; "))})
    return [{"type": "rich_text", "elements": elements}]


def leaves(line: str) -> list[Any]:
    found: list[Any] = []
    at = 0
    for match in MARKUP.finditer(line):
        found += [leaf(text=line[at : match.start()])] if match.start() > at else []
        at, kind = match.end(), match.lastgroup or ""
        if kind == "bold":
            found += [inner | {"style": {"bold": True}} for inner in leaves(match["bold"])]
        else:
            found.append(leaf(**{kind: match[kind]}))
    return [*found, leaf(text=line[at:])] if at < len(line) else found


def leaf(**given: str) -> dict[str, Any]:
    ((kind, value),) = given.items()
    if kind == "text":
        value = unescape(value)
    key = {
        "text": "text", "link": "url", "emoji": "name", "broadcast": "range",
    }.get(kind, f"{kind}_id")  # fmt: skip
    return {"type": kind, key: value}


def join_thanks(votes: tuple[Vote, ...], vector: dict[str, Any]) -> list[Vote]:
    """Give *votes* that join a thread to the people it thanks, like the use case does."""
    thanked = [
        target for target in vector.get("thread_votes", []) if target != vector.get("author")
    ]
    return [
        replace(vote, target=target)
        for vote in votes
        for target in (thanked if vote.joins_thread and "thread_votes" in vector else [vote.target])
    ]
