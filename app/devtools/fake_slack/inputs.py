"""Slack's limits on what can be written, and on lists of people and channels to choose from."""

from collections.abc import Callable
from typing import Any, Final

Element = dict[str, Any]
KINDS_OF_CHANNELS: Final = {"im", "mpim", "private", "public"}
LONGEST: Final = 3000


def find_input_fault(element: Element) -> str:
    """Name what is wrong with an element that holds a text, a number or a list of ids."""
    kind = str(element.get("type"))
    if kind in _FAULTS:
        return _FAULTS[kind](element)
    return _find_list_fault(element) if kind.startswith("multi_") else ""


def _find_text_fault(element: Element) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", LONGEST)
    if not 0 <= least <= most <= LONGEST or most < 1:
        return "min_length and max_length must be 0 to 3000"
    begun = element.get("initial_value")
    if begun is not None and not 0 < len(begun) <= most:
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
    begun = [held for name, held in element.items() if name.startswith("initial_")]
    if any(not isinstance(held, list) or len(held) > most for held in begun):
        return "no more than max_selected_items may be chosen at first"
    return _find_filter_fault(element)


def _find_filter_fault(element: Element) -> str:
    """Name what is wrong with the kinds of conversations that can be chosen."""
    if "filter" not in element:
        return ""
    included = element["filter"].get("include", ["public"])
    return "" if included and {*included} <= KINDS_OF_CHANNELS else "invalid filter"


_FAULTS: Final[dict[str, Callable[[Element], str]]] = {
    "conversations_select": _find_filter_fault,
    "number_input": _find_number_fault,
    "plain_text_input": _find_text_fault,
}
