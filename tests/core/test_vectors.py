"""The worked examples beside GRAMMAR.md, all of which are to hold."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.vote import Vote
from tests.core.reading import hear, tallied

VECTORS = json.loads(Path(__file__).with_name("grammar-vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["text"])
def test_the_worked_example_holds(vector: dict[str, Any]):
    heard = hear(vector["text"], vector.get("blocks"), vector.get("thread_parent"))
    votes = [
        [vote.target, vote.points, vote.reason] for vote in join_thanks(tallied(heard), vector)
    ]
    assert (votes, heard.query) == (vector["votes"], vector.get("query"))


def join_thanks(votes: tuple[Vote, ...], vector: dict[str, Any]) -> list[Vote]:
    """Give to whom the thread's first message gave, as the use case does."""
    thanked = [
        target for target in vector.get("thread_votes", []) if target != vector.get("author")
    ]
    return [
        replace(vote, target=target)
        for vote in votes
        for target in (thanked if vote.joins_thread and "thread_votes" in vector else [vote.target])
    ]
