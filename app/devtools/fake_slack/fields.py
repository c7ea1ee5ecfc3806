"""Interactive elements of blocks, and their values as Slack reports them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from app.devtools.fake_slack.workspace import Workspace

Block = dict[str, Any]
Element = dict[str, Any]
State = dict[str, dict[str, dict[str, Any]]]

KEYS: Final[dict[str, str]] = {
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "email_text_input": "value",
    "external_select": "selected_option",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "multi_external_select": "selected_options",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "number_input": "value",
    "plain_text_input": "value",
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "timepicker": "selected_time",
    "url_text_input": "value",
    "users_select": "selected_user",
}
"""The key under which each kind of input element reports its value."""


def list_elements(blocks: Iterable[Block]) -> Iterator[tuple[Block, Element]]:
    """Yield each element that has an action_id, as a pair with its block."""
    for block in blocks:
        yield from ((block, element) for element in _find_elements(block))


def _find_elements(part: Any) -> Iterator[Element]:
    if isinstance(part, dict):
        if isinstance(part.get("action_id"), str):
            yield part
        for inner in part.values():
            yield from _find_elements(inner)
    if isinstance(part, list):
        for inner in part:
            yield from _find_elements(inner)


def add_block_ids(blocks: Iterable[Block]) -> list[Block]:
    """Return *blocks* as Slack stores them, each with a block_id."""
    return [{"block_id": f"block{n}"} | block for n, block in enumerate(blocks)]


def read_initial(element: Element) -> Any:
    """Return the initial value of *element*, as its state reports it."""
    key = KEYS[element["type"]]
    found = element.get("initial_value" if key == "value" else key.replace("selected", "initial"))
    return [] if found is None and key.endswith("s") else found


def choose_value(element: Element, value: Any, workspace: Workspace) -> Any:
    """Return *value* as Slack reports it: options whole, people and channels by id."""
    key = KEYS[element["type"]]
    if value is None or isinstance(value, dict):
        return value
    if key.endswith("s"):
        each = [value] if isinstance(value, str) else value
        return [_choose_one(key, element, item, workspace) for item in each]
    return _choose_one(key, element, value, workspace)


def _choose_one(key: str, element: Element, value: Any, workspace: Workspace) -> Any:
    if key.startswith("selected_option"):
        return find_option(element, str(value))
    if key.startswith("selected_user"):
        member = workspace.find_member(str(value))
        return member.id if member else str(value)
    if key.startswith(("selected_channel", "selected_conversation")):
        channel = workspace.find_channel(str(value))
        return channel.id if channel else str(value)
    return int(value) if key == "selected_date_time" else str(value)


def find_option(element: Element, choice: str) -> Any:
    """Return the option of *element* whose value or text is *choice*, or a made-up one."""
    for found in list_options(element):
        if choice in {found.get("value"), found.get("text", {}).get("text")}:
            return found
    return {"text": {"type": "plain_text", "text": choice}, "value": choice}


def list_options(element: Element) -> list[dict[str, Any]]:
    """Return the options of *element*, including those in groups."""
    groups = element.get("option_groups") or []
    return [*element.get("options", []), *(o for group in groups for o in group["options"])]


def build_action(
    block: Block, element: Element, value: Any, workspace: Workspace
) -> dict[str, Any]:
    """Return the action for pressing *element*, or for choosing *value* in it."""
    kind = element["type"]
    action = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    if kind in KEYS:
        picked = read_initial(element) if value is None else choose_value(element, value, workspace)
        return action | {KEYS[kind]: picked}
    if kind == "overflow":
        return action | {"selected_option": find_option(element, str(value))}
    pressed = {key: element[key] for key in ("text", "style", "url") if key in element}
    held = element.get("value") if value is None else value
    return action | pressed | ({} if held is None else {"value": held})


def build_state(blocks: Iterable[Block], filled: Mapping[str, Any], workspace: Workspace) -> State:
    """Return the state of *blocks*, filled in from *filled*, which maps action_ids to values."""
    state: State = {}
    for block, element in list_elements(blocks):
        if (kind := element["type"]) in KEYS:
            ident, held = element["action_id"], read_initial(element)
            value = choose_value(element, filled[ident], workspace) if ident in filled else held
            holder = state.setdefault(block["block_id"], {})
            holder[ident] = {"type": kind, KEYS[kind]: value}
    return state
