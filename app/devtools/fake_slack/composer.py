"""Slack's message field: what a member types becomes the text and blocks that Slack sends."""

import re
from itertools import groupby
from typing import Any

from app.devtools.fake_slack.emoji import write_codes
from app.devtools.fake_slack.inline import Inline, escape
from app.devtools.fake_slack.names import Names
from app.devtools.fake_slack.workspace import Workspace

Element = dict[str, Any]

FENCE = re.compile(r"```(.+?)```", re.DOTALL)


def compose(typed: str, workspace: Workspace) -> tuple[str, list[Element]]:
    """Give the text and the rich_text block that Slack makes of *typed*; no block of nothing."""
    inline = Inline(Names(workspace))
    texts: list[str] = []
    elements: list[Element] = []
    for index, part in enumerate(FENCE.split(typed)):
        text, found = _compose_preformatted(part) if index % 2 else _compose_lines(part, inline)
        texts.append(text)
        elements += found
    return "".join(texts), [{"type": "rich_text", "elements": elements}] if elements else []


def compose_command(typed: str, workspace: Workspace) -> str:
    """Give the text of a slash command whose app lets Slack escape mentions, with labels."""
    names = Names(workspace)

    def label(match: re.Match[str]) -> str:
        name = match["at"] or match["hash"]
        piece = names.find_mention(name) if match["at"] else names.find_channel(name)
        return f"{piece[0][:-1]}|{name}>" if piece else match[0]

    return re.sub(names.make_pattern(), label, write_codes(typed), flags=re.IGNORECASE)


def _compose_preformatted(code: str) -> tuple[str, list[Element]]:
    leaf = {"type": "text", "text": code.strip("\n")}
    return f"```{escape(code)}```", [{"type": "rich_text_preformatted", "elements": [leaf]}]


def _compose_lines(typed: str, inline: Inline) -> tuple[str, list[Element]]:
    texts: list[str] = []
    elements: list[Element] = []
    for quoted, run in groupby(typed.split("\n"), key=lambda line: line.startswith(">")):
        lines = [_compose_quote(line, inline) if quoted else inline.read(line) for line in run]
        texts += [text for text, _ in lines]
        if leaves := _join_lines([leaves for _, leaves in lines]):
            kind = "rich_text_quote" if quoted else "rich_text_section"
            elements.append({"type": kind, "elements": leaves})
    return "\n".join(texts), elements


def _compose_quote(line: str, inline: Inline) -> tuple[str, list[Element]]:
    text, leaves = inline.read(line.removeprefix(">").lstrip(" "))
    return f"&gt; {text}", leaves


def _join_lines(lines: list[list[Element]]) -> list[Element]:
    """Join *lines* with line ends, none at either end, and plain texts with their neighbors."""
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    run: list[Element] = []
    for index, line in enumerate(lines):
        _append(run, [{"type": "text", "text": "\n"}] if index else [])
        _append(run, line)
    return run


def _append(run: list[Element], leaves: list[Element]) -> None:
    for leaf in leaves:
        if run and _is_plain(run[-1]) and _is_plain(leaf):
            run[-1] = {"type": "text", "text": run[-1]["text"] + leaf["text"]}
        else:
            run.append(leaf)


def _is_plain(leaf: Element) -> bool:
    return leaf["type"] == "text" and "style" not in leaf
