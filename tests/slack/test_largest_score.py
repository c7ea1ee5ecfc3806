"""The largest scores that adjustments and merges allow."""

import pytest

from app.core.vote import MOST_SCORE
from app.devtools.fake_slack.composer import compose

BOB, CAROL = "U0BOB00002", "U0CAROL003"


async def set_score(talk, target, score):
    """Give *target*, who has points from a message, the total *score* by an import."""
    ledger = """INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id,
        delta, kind, voted_at) SELECT team_id, '', 'import/b', '', target_id, %s - score, 'import',
        now() FROM leaderboard WHERE target_id = %s AND board = 'users' RETURNING 1"""
    boards = """UPDATE leaderboard SET score = %s
        WHERE target_id = %s AND board = 'users' RETURNING 1"""
    assert len(await talk.rows(ledger, score, target)) == 1
    assert len(await talk.rows(boards, score, target)) == 1


async def read_all(talk):
    queries = """SELECT * FROM vote_history; SELECT * FROM audit; SELECT * FROM aliases;
        SELECT board, target_id, score FROM leaderboard WHERE score <> 0"""
    return [sorted(await talk.rows(query)) for query in queries.split(";")]


async def karma(talk, words):
    typed, _ = compose(words, talk.slack.workspace)
    return (await talk.command(typed, command="/karma")).get("text")


@pytest.mark.parametrize("sign", ["+", "-"])
async def test_adjustment_beyond_the_largest_score_is_refused(talk, sign):
    await talk.said("@bob++")
    largest, other = int(f"{sign}{MOST_SCORE}"), "-" if sign == "+" else "+"
    await set_score(talk, BOB, largest)
    before = await read_all(talk)
    said = await karma(talk, f"adjust @bob {sign}1")
    assert said.endswith("a score can be 1,000,000,000,000,000 at most.")
    assert await read_all(talk) == before
    await karma(talk, f"adjust @bob {other}1")
    assert await talk.scores() == {BOB: largest - int(f"{sign}1")}


@pytest.mark.parametrize(("sign", "toward_zero"), [(1, "-1"), (-1, "+1")])
async def test_score_above_the_limit_can_only_be_adjusted_toward_zero(talk, sign, toward_zero):
    await talk.said("@bob++")
    await set_score(talk, BOB, sign * 3 * MOST_SCORE)
    assert "a score can be" in await karma(talk, f"adjust @bob {sign:+}")
    await karma(talk, f"adjust @bob {toward_zero}")
    assert await talk.scores() == {BOB: sign * (3 * MOST_SCORE - 1)}


async def test_merge_beyond_the_largest_score_is_refused(talk):
    for name in ("bob", "carol"):
        await talk.said(f"@{name}++")
        await set_score(talk, talk.id_of(name), MOST_SCORE)
    await karma(talk, "merge @bob into @carol")
    before = await read_all(talk)
    await talk.submit(talk.view())
    assert "That would be too many" in str(talk.view())
    assert await read_all(talk) == before


async def test_unmerge_beyond_the_database_s_largest_number_is_refused(talk):
    await talk.said("@bob+++ @carol--")
    await karma(talk, "merge @bob into @carol")
    await talk.submit(talk.view())
    await set_score(talk, CAROL, 1 - 2**63)
    before = await read_all(talk)
    assert "a score can be 1,000,000,000,000,000 at most" in await karma(talk, "unmerge @bob")
    assert await read_all(talk) == before


async def test_unmerge_may_restore_a_score_above_the_limit(talk):
    await talk.said("@bob++ @carol--")
    await set_score(talk, BOB, MOST_SCORE)
    await talk.said("@bob++")
    await karma(talk, "merge @bob into @carol")
    await talk.submit(talk.view())
    await karma(talk, "unmerge @bob")
    assert await talk.scores() == {BOB: MOST_SCORE + 1, CAROL: -1}


async def test_vote_counts_beyond_the_limit_for_adjustments(talk):
    await talk.said("@bob++")
    await set_score(talk, BOB, MOST_SCORE)
    await talk.said("@bob+++")
    assert await talk.scores() == {BOB: MOST_SCORE + 2}
