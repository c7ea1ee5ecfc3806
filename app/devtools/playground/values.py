"""Typed text converted to the value of a field, within what Slack's client would allow."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from app.devtools.fake_slack.emoji import write_codes
from app.devtools.fake_slack.fields import KEYS, Element, list_options, read_initial
from app.devtools.fake_slack.workspace import Workspace

Moment = TypeVar("Moment")


class ValueRefused(ValueError):  # noqa: N818  a refusal, no error of ours
    """The typed text doesn't fit the field; the message says what would."""


def read_value(element: Element, typed: str, workspace: Workspace) -> Any:
    """Return the value that *typed* chooses in *element*; several are separated by commas."""
    typed = typed.strip()
    if not KEYS[element["type"]].endswith("s"):
        return _read_one(element, typed, workspace)
    if typed.casefold() == "none":
        return []
    return [
        _read_one(element, part.strip(), workspace) for part in typed.split(",") if part.strip()
    ]


def _read_one(element: Element, typed: str, workspace: Workspace) -> Any:
    key = KEYS[element["type"]]
    if key.startswith("selected_option"):
        return _find_option(element, typed)
    if key.startswith("selected_user"):
        if member := workspace.find_member(typed):
            return member.id
        raise ValueRefused(f"No member is called {typed}.")
    if key.startswith(("selected_channel", "selected_conversation")):
        if channel := workspace.find_channel(typed):
            return channel.id
        raise ValueRefused(f"There is no channel {typed}.")
    return READERS.get(element["type"], _read_text)(element, typed)


def _find_option(element: Element, typed: str) -> str:
    """Return the value of the option whose number, text or value is *typed*."""
    options = list_options(element)
    for number, found in enumerate(options, start=1):
        names = {str(number), str(found["value"]).casefold(), found["text"]["text"].casefold()}
        if typed.casefold() in names:
            return str(found["value"])
    raise ValueRefused(f"Choose one of: {list_choices(element)}")


def list_choices(element: Element) -> str:
    """Return the options of *element* on one line, numbered; empty if it has none."""
    options = enumerate(list_options(element), start=1)
    return ", ".join(f"{number} {found['text']['text']}" for number, found in options)


def _read_text(element: Element, typed: str) -> str:
    typed = write_codes(typed)
    fewest, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not fewest <= len(typed) <= most:
        raise ValueRefused(f"Type {fewest} to {most} characters.")
    return typed


def _read_number(element: Element, typed: str) -> str:
    least, most = element.get("min_value"), element.get("max_value")
    try:
        number = float(typed) if element.get("is_decimal_allowed") else int(typed)
    except ValueError:
        raise ValueRefused("Type a number.") from None
    if (least is not None and number < float(least)) or (most is not None and number > float(most)):
        raise ValueRefused(f"Type a number from {least} to {most}.")
    return typed


def _read_day(_element: Element, typed: str) -> str:
    return _read_date(date.fromisoformat, typed, "2026-11-20").isoformat()


def _read_time(_element: Element, typed: str) -> str:
    return f"{_read_date(time.fromisoformat, typed, '17:30'):%H:%M}"


def _read_moment(_element: Element, typed: str) -> int:
    return int(_read_date(datetime.fromisoformat, typed, "2026-11-20 17:30").timestamp())


def _read_date(read: Callable[[str], Moment], typed: str, example: str) -> Moment:
    try:
        return read(typed)
    except ValueError:
        raise ValueRefused(f"Type it like {example}.") from None


READERS: Final[dict[str, Callable[[Element, str], Any]]] = {
    "datepicker": _read_day,
    "datetimepicker": _read_moment,
    "number_input": _read_number,
    "timepicker": _read_time,
}


def describe_initial(element: Element, workspace: Workspace) -> str:
    """Return the initial value of *element*, in words that would choose it again."""
    initial = read_initial(element)
    each = initial if isinstance(initial, list) else [initial]
    return ", ".join(_describe_value(value, workspace) for value in each if value is not None)


def _describe_value(value: Any, workspace: Workspace) -> str:
    if isinstance(value, dict):
        return str(value["text"]["text"])
    if member := workspace.members.get(str(value)):
        return f"@{member.name}"
    if channel := workspace.channels.get(str(value)):
        return f"#{channel.name}"
    return str(value)
