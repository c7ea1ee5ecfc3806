"""The registry of log events, docs/operate/log.md and the code's log calls agree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.log_events import EVENTS
from tests.house.pages import expect_generated, walk_app

ROOT = Path(__file__).parents[2]
KNOWN = {each.name: each for each in EVENTS}
LEVELS = {"exception": "error"}


def code() -> Iterator[ast.AST]:
    """Yield the syntax nodes of code that may log: all but the registry and devtools."""
    for name, nodes in walk_app().items():
        if name != "app/log_events.py" and not name.startswith("app/devtools/"):
            yield from nodes


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Yield the name, level and fields of each log call with a literal event name."""
    for node in code():
        match node:
            case ast.Call(
                ast.Attribute(ast.Name("_log"), level), [ast.Constant(str(name)), *_], words
            ):
                yield name, LEVELS.get(level, level), {w.arg for w in words if w.arg}
            case ast.Call(ast.Name("log_done"), [ast.Constant(str(name)), *_], words):
                yield name, "info", {"team", "ms", *(w.arg for w in words if w.arg)}


def literals() -> set[str]:
    """Return each string in the code that looks like an event, wherever it's used."""
    return {
        node.value
        for node in code()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", node.value)
    }


def test_every_event_that_is_logged_is_registered():
    named = {name for name, _, _ in calls()}
    assert {"server.ready", "socket.up"} <= named
    kinds = {name.partition(".")[0] for name in KNOWN}
    files = {"json", "png", "sql"}
    spoken = {
        word
        for word in literals()
        if word.partition(".")[0] in kinds and word.rpartition(".")[2] not in files
    }
    assert (named | spoken) - KNOWN.keys() == set()


def test_every_registered_event_is_logged_somewhere():
    assert KNOWN.keys() - literals() == set()


def test_every_log_call_has_a_registered_level_and_fields():
    other = []
    for name, level, fields in calls():
        known = {"exc_info" if f == "exception" else f for f in KNOWN[name].fields.split()}
        if level not in KNOWN[name].levels.split() or fields - known:
            other.append((name, level, fields - known))
    assert other == []


def test_an_event_with_a_team_names_it_in_every_call():
    unknown = {"slack.auth", "action.refused"}  # a failed or malformed call may not tell
    lacking = [
        (name, level)
        for name, level, fields in calls()
        if "team" in KNOWN[name].fields.split() and "team" not in fields and name not in unknown
    ]
    assert lacking == []


def test_events_are_unique_and_sorted():
    names = [each.name for each in EVENTS]
    assert names == sorted(set(names))


def test_every_warning_and_error_says_what_to_do():
    attention = [each for each in EVENTS if {"warning", "error"} & {*each.levels.split()}]
    assert [each.name for each in attention if not each.remedy] == []


def render_table() -> str:
    """Return the Markdown table in docs/operate/log.md."""
    rows = [
        (
            f"`{each.name}`",
            each.levels.replace(" ", ", "),
            ", ".join(f"`{field}`" for field in each.fields.split()),
            each.meaning + (f". **Do**: {each.remedy}" if each.remedy else ""),
        )
        for each in EVENTS
    ]
    head = [("event", "level", "fields", "meaning, and what to do"), ("---",) * 4]
    return "\n".join("| " + " | ".join(row) + " |" for row in [*head, *rows])


def test_the_log_page_matches_the_registry():
    expect_generated("docs/operate/log.md", "events", render_table())
