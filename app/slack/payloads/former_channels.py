"""Replaces channels' former ids in payloads, as of late events and old buttons."""

import re
from collections.abc import Mapping
from typing import Any, Final

_PARTS: Final = ("item", "inputs")
"""Nested objects in which events name channels, besides their own fields."""


def replace_former_channels(payload: dict[str, Any], former: Mapping[str, str]) -> dict[str, Any]:
    """Return *payload* with *former* channel ids replaced by their current ones.

    Text written by people stays unchanged: in an event, only fields that equal an id are replaced.
    """
    event = payload.get("event")
    if isinstance(event, dict):
        inner = {name: _replace_fields(event[name], former) for name in _PARTS if name in event}
        return payload | {"event": _replace_fields(event, former) | inner}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, former))})\b")
    replaced: dict[str, Any] = _replace_everywhere(payload, pattern, former)
    return replaced


def _replace_fields(part: Any, former: Mapping[str, str]) -> Any:
    if not isinstance(part, dict):
        return part
    return {
        name: former.get(value, value) if isinstance(value, str) else value
        for name, value in part.items()
    }


def _replace_everywhere(part: Any, pattern: re.Pattern[str], former: Mapping[str, str]) -> Any:
    match part:
        case str():
            return pattern.sub(lambda match: former[match[0]], part)
        case dict():
            return {
                _replace_everywhere(name, pattern, former): _replace_everywhere(
                    value, pattern, former
                )
                for name, value in part.items()
            }
        case list():
            return [_replace_everywhere(item, pattern, former) for item in part]
        case _:
            return part
