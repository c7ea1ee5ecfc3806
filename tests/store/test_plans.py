"""A statement computes what is the same for all of its rows only once."""

from datetime import date

from app.core.boards import periods
from app.store.boards import computed_boards
from app.store.boards.computed_boards import BoardOf
from tests.store.casting import rows

_PLACES = """
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT 'T1', 'users/2025-' || month, 'U' || n, n FROM generate_series(1, 60) AS n,
    unnest(ARRAY['10', '11', '12']) AS month RETURNING 1
"""


async def test_the_size_of_a_board_is_counted_once_and_not_per_place(database):
    await rows(database, _PLACES)
    quarter = BoardOf("T1", "users", periods.find_quarter(date(2025, 11, 20)))
    source, among, of = computed_boards._choose_source(quarter)
    query = computed_boards._RANKED.format(parts=source, among=among)
    asked = of | {"first": 3, "last": 0, "reader": "U1", "targets": ["U1"]}

    async def explain(conn):
        cursor = await conn.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", asked)
        return (await cursor.fetchone())[0][0]["Plan"]

    nodes = list(_walk(await database.run(explain)))
    assert 60 in {node["Actual Rows"] for node in nodes}
    assert {n["Actual Loops"] for n in nodes if n["Node Type"] in {"Aggregate", "CTE Scan"}} == {1}


def _walk(node):
    yield node
    for inner in node.get("Plans", ()):
        yield from _walk(inner)
