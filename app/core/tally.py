"""Sums the votes of a message: groups become their members, each target one vote."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.core.vote import GROUP, Vote


def list_groups(votes: Sequence[Vote]) -> list[str]:
    """Return the ids of the groups that *votes* name, each once."""
    return list(dict.fromkeys(v.target.removeprefix(GROUP) for v in votes if _is_group(v)))


def tally(
    votes: Sequence[Vote], members: Mapping[str, Sequence[str]], max_points: int
) -> tuple[Vote, ...]:
    """Return one vote per target, in order of mention, each held to ± *max_points*.

    *members* holds the members of each group in *votes*. The same target twice: the points are
    summed, the first reason given stays. A sum of 0 is no vote (docs/use/grammar.md).
    """
    summed: dict[str, Vote] = {}
    for vote in votes:
        given = _cut(vote, max_points)
        for target in _expand_targets(vote, members):
            summed[target] = _add_vote(summed.get(target), replace(given, target=target))
    return tuple(_cut(v, max_points) for v in summed.values() if v.points)


def _expand_targets(vote: Vote, members: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return members[vote.target.removeprefix(GROUP)] if _is_group(vote) else (vote.target,)


def _is_group(vote: Vote) -> bool:
    return vote.target.startswith(GROUP)


def _add_vote(before: Vote | None, vote: Vote) -> Vote:
    if before is None:
        return vote
    told = before if before.reason else vote
    spelling = vote.spelling or before.spelling
    is_cut = before.is_cut or vote.is_cut
    return replace(told, points=before.points + vote.points, spelling=spelling, is_cut=is_cut)


def _cut(vote: Vote, most: int) -> Vote:
    """Return *vote*, held to ± *most*."""
    points = max(-most, min(most, vote.points))
    was_cut = points != vote.points or (vote.is_cut and abs(points) == most)
    return (
        vote
        if was_cut == vote.is_cut and points == vote.points
        else replace(vote, points=points, is_cut=was_cut)
    )
