"""Slack's limits on texts and on what can be pressed or filled in."""

from collections.abc import Iterable
from typing import Any, Final

from app.devtools.fake_slack.fields import KEYS, options_of
from app.devtools.fake_slack.inputs import fault_of_input

Element = dict[str, Any]
PRESSED: Final = {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}
MOST_OPTIONS: Final = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5}
WITH_OPTIONS: Final = {"static_select", "multi_static_select", *MOST_OPTIONS}


def first(faults: Iterable[str]) -> str:
    """Give the first of *faults* that is one."""
    return next(filter(None, faults), "")


def fault_of_text(text: Any, most: int, *, plain: bool = False) -> str:
    """Name what is wrong with a text object of 1 to *most* characters."""
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        return "missing required field: text"
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in kinds:
        return f"unsupported type of text: {text.get('type')}"
    if not text["text"]:
        return "must be more than 0 characters"
    return f"must be less than {most + 1} characters" if len(text["text"]) > most else ""


def fault_of_element(element: Element) -> str:
    """Name what is wrong with an element that has an action_id."""
    kind = element.get("type")
    if kind not in PRESSED and kind not in KEYS and kind != "rich_text_input":
        return f"unsupported type of element: {kind}"
    if not 0 < len(element["action_id"]) <= 255:
        return "action_id must be 1 to 255 characters"
    return (
        (_fault_of_button(element) if kind == "button" else "")
        or (_fault_of_options(element) if kind in WITH_OPTIONS else "")
        or fault_of_input(element)
        or _fault_of_extras(element)
    )


def _fault_of_button(element: Element) -> str:
    if len(element.get("value", "")) > 2000:
        return "value must be less than 2001 characters"
    if len(element.get("url", "")) > 3000:
        return "url must be less than 3001 characters"
    if element.get("style", "primary") not in {"primary", "danger"}:
        return f"unsupported style: {element['style']}"
    return fault_of_text(element.get("text"), 75, plain=True)


def _fault_of_options(element: Element) -> str:
    options, most = options_of(element), MOST_OPTIONS.get(element["type"], 100)
    if not 1 <= len(options) <= most:
        return f"must have 1 to {most} options"
    begun = element.get("initial_options") or [element.get("initial_option") or options[0]]
    if any(option not in options for option in begun):
        return "initial_option must be one of the options"
    return first(_fault_of_option(option, element["type"]) for option in options)


def _fault_of_option(option: Element, kind: str) -> str:
    if not 0 < len(str(option.get("value", ""))) <= 150:
        return "value of an option must be 1 to 150 characters"
    marked = kind in {"checkboxes", "radio_buttons"}
    return fault_of_text(option.get("text"), 75, plain=not marked)


def _fault_of_extras(element: Element) -> str:
    placeholder = element.get("placeholder")
    reason = fault_of_text(placeholder, 150, plain=True) if placeholder is not None else ""
    return reason or (_fault_of_question(element["confirm"]) if "confirm" in element else "")


def _fault_of_question(confirm: Element) -> str:
    title = fault_of_text(confirm.get("title"), 100, plain=True)
    answers = (fault_of_text(confirm.get(k), 30, plain=True) for k in ("confirm", "deny"))
    return title or fault_of_text(confirm.get("text"), 300) or first(answers)
