"""What is removed after its time, and what never is."""

from app.store.upkeep import tidy


async def _rows(database, query):
    async def read(conn):
        return await (await conn.execute(query)).fetchall()

    return await database.run(read)


async def test_only_what_nobody_will_ask_for_is_removed(database):
    await _rows(
        database,
        """
        INSERT INTO messages (team_id, channel_id, message_ts, voted, heard_at) VALUES
            ('T1', 'C1', '1.1', true, now() - interval '3 days'),
            ('T1', 'C1', '1.2', false, now() - interval '3 days'),
            ('T1', 'C1', '1.3', false, now() - interval '1 day')
        RETURNING 1
        """,
    )
    await _rows(
        database,
        """
        INSERT INTO outbox (team_id, channel_id, message_ts, kind, body, created_at, done_at)
        VALUES
            ('T1', 'C1', '1.1', 'votes', '[]', now(), now() - interval '91 days'),
            ('T1', 'C1', '1.2', 'votes', '[]', now() - interval '91 days', NULL),
            ('T1', 'C1', '1.3', 'votes', '[]', now(), now())
        RETURNING 1
        """,
    )
    assert await database.run(tidy) == 2
    kept = await _rows(database, "SELECT message_ts FROM messages ORDER BY 1")
    assert kept == [("1.1",), ("1.3",)]
    assert await _rows(database, "SELECT message_ts FROM outbox ORDER BY 1") == [("1.2",), ("1.3",)]
