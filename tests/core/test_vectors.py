"""The worked examples beside GRAMMAR.md, all of which are to hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.reading import hear, tallied

VECTORS = json.loads(Path(__file__).with_name("grammar-vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["text"])
def test_the_worked_example_holds(vector: dict[str, Any]):
    heard = hear(vector["text"], vector.get("blocks"), vector.get("thread_parent"))
    assert [[v.target, v.points, v.reason] for v in tallied(heard)] == vector["votes"]
    assert heard.query == vector.get("query")
