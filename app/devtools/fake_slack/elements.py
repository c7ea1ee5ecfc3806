"""Slack's limits on text objects and interactive elements."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import Block, InteractiveElement

from app.devtools.fake_slack.fields import KEYS, list_options

Element = dict[str, Any]
PRESSED: Final = {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}
MOST_OPTIONS: Final = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}
WITH_OPTIONS: Final = {"static_select", "multi_static_select", *MOST_OPTIONS}

KINDS_OF_CHANNELS: Final = {"im", "mpim", "private", "public"}
LONGEST: Final = 3000


def _list_properties(kind: type[JsonObject]) -> Iterator[tuple[str, set[str]]]:
    for one in kind.__subclasses__():
        yield from _list_properties(one)
        yield getattr(one, "type", ""), one.__new__(one).attributes


PROPERTIES: Final = {
    **dict(_list_properties(Block)),
    **dict(_list_properties(InteractiveElement)),
    "data_table": {"type", "block_id", "caption", "page_size", "row_header_column_index", "rows"},
}
"""The properties of each type of block and element."""


def find_first(faults: Iterable[str]) -> str:
    """Return the first non-empty fault, or an empty string."""
    return next(filter(None, faults), "")


def find_text_fault(text: Any, most: int, *, plain: bool = False) -> str:
    """Return why *text* isn't a valid text object of 1 to *most* characters, or ""."""
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        return "missing required field: text"
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in kinds:
        return f"unsupported type of text: {text.get('type')}"
    if not text["text"]:
        return "must be more than 0 characters"
    return f"must be less than {most + 1} characters" if len(text["text"]) > most else ""


def find_property_fault(part: dict[str, Any]) -> str:
    """Return which property Slack doesn't know of a block or an element, or ""."""
    unknown = part.keys() - PROPERTIES.get(str(part.get("type")), part.keys())
    return f"invalid additional property: {min(unknown)}" if unknown else ""


def may_be_in(block: str, element: str) -> bool:
    """Return whether Slack allows that type of *element* in that type of *block*."""
    if block == "input":
        return element not in PRESSED
    return not (element.endswith("_input") or (block == "actions" and element.startswith("multi_")))


def find_element_fault(element: Element) -> str:
    """Return why an element that has an action_id is invalid, or ""."""
    kind = element.get("type")
    if kind not in PRESSED and kind not in KEYS and kind != "rich_text_input":
        return f"unsupported type of element: {kind}"
    if not 0 < len(element["action_id"]) <= 255:
        return "action_id must be 1 to 255 characters"
    return (
        find_property_fault(element)
        or (_find_button_fault(element) if kind == "button" else "")
        or (_find_options_fault(element) if kind in WITH_OPTIONS else "")
        or find_input_fault(element)
        or _find_extras_fault(element)
    )


def _find_button_fault(element: Element) -> str:
    if len(element.get("value", "")) > 2000:
        return "value must be less than 2001 characters"
    if len(element.get("url", "")) > 3000:
        return "url must be less than 3001 characters"
    if element.get("style", "primary") not in {"primary", "danger"}:
        return f"unsupported style: {element['style']}"
    return find_text_fault(element.get("text"), 75, plain=True)


def _find_options_fault(element: Element) -> str:
    options, most = list_options(element), MOST_OPTIONS.get(element["type"], 100)
    if not 1 <= len(options) <= most:
        return f"must have 1 to {most} options"
    initial = element.get("initial_options") or [element.get("initial_option") or options[0]]
    if any(option not in options for option in initial):
        return "initial_option must be one of the options"
    return find_first(_find_option_fault(option, element["type"]) for option in options)


def _find_option_fault(option: Element, kind: str) -> str:
    if not 0 < len(str(option.get("value", ""))) <= 150:
        return "value of an option must be 1 to 150 characters"
    marked = kind in {"checkboxes", "radio_buttons"}
    return find_text_fault(option.get("text"), 75, plain=not marked)


def _find_extras_fault(element: Element) -> str:
    placeholder = element.get("placeholder")
    reason = find_text_fault(placeholder, 150, plain=True) if placeholder is not None else ""
    return reason or (_find_question_fault(element["confirm"]) if "confirm" in element else "")


def _find_question_fault(confirm: Element) -> str:
    title = find_text_fault(confirm.get("title"), 100, plain=True)
    answers = (find_text_fault(confirm.get(k), 30, plain=True) for k in ("confirm", "deny"))
    return title or find_text_fault(confirm.get("text"), 300) or find_first(answers)


def find_input_fault(element: Element) -> str:
    """Return why an element that holds text, a number or a list of ids is invalid, or ""."""
    kind = str(element.get("type"))
    if kind in _FAULTS:
        return _FAULTS[kind](element)
    return _find_list_fault(element) if kind.startswith("multi_") else ""


def _find_text_fault(element: Element) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", LONGEST)
    if not 0 <= least <= most <= LONGEST or most < 1:
        return "min_length and max_length must be 0 to 3000"
    initial = element.get("initial_value")
    if initial is not None and not 0 < len(initial) <= most:
        return f"initial_value must be 1 to {most} characters"
    return ""


def _find_number_fault(element: Element) -> str:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        return "missing required field: is_decimal_allowed"
    limits = [element.get(name) for name in ("min_value", "initial_value", "max_value")]
    given = [limit for limit in limits if limit is not None]
    if not all(isinstance(limit, str) for limit in given):
        return "min_value, max_value and initial_value must be text"
    numbers = [float(limit) for limit in given]
    return "" if numbers == sorted(numbers) else "initial_value must be min_value to max_value"


def _find_list_fault(element: Element) -> str:
    most = element.get("max_selected_items", 100)
    if not isinstance(most, int) or most < 1:
        return "max_selected_items must be 1 or more"
    initial = [held for name, held in element.items() if name.startswith("initial_")]
    if any(not isinstance(held, list) or len(held) > most for held in initial):
        return "no more than max_selected_items may be chosen at first"
    return _find_filter_fault(element)


def _find_filter_fault(element: Element) -> str:
    """Return why a filter of conversation types is invalid, or ""."""
    if "filter" not in element:
        return ""
    included = element["filter"].get("include", ["public"])
    return "" if included and {*included} <= KINDS_OF_CHANNELS else "invalid filter"


_FAULTS: Final[dict[str, Callable[[Element], str]]] = {
    "conversations_select": _find_filter_fault,
    "number_input": _find_number_fault,
    "plain_text_input": _find_text_fault,
}
