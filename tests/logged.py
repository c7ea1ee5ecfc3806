"""The log events that the app wrote in a test."""

import json
from pathlib import Path
from typing import Any


def logged(log_lines: Path, event: str) -> list[dict[str, Any]]:
    """Return the log lines of *event*."""
    lines = [json.loads(line) for line in log_lines.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["event"] == event]
