"""Databases for a single test, and folders of replacements for PostgreSQL's programs."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from pytest_postgresql.executors import NoopExecutor

from app.cli.backup import programs
from tests.databases import COPY, url_of
from tests.patience import PATIENCE

ANN, BOB, POSTGRES = "U0ANN00001", "U0BOB00002", "thing:postgres"

_VOTES = """
WITH vote AS (
    INSERT INTO vote_history
        (team_id, channel_id, message_ts, voter_id, target_id, delta, reason, voted_at, day)
    SELECT 'T1', 'C1', i::text, %(ann)s, unnest(ARRAY[%(bob)s, %(thing)s]), 1,
        E'a\\ttab, a\\nline,\n\\\\. and ''quotes''', now(), current_date
    FROM generate_series(1, %(count)s) AS i
    RETURNING target_id, delta
)
INSERT INTO leaderboard AS l (team_id, board, target_id, score)
SELECT 'T1', CASE target_id WHEN %(bob)s THEN 'users' ELSE 'things' END, target_id, sum(delta)
FROM vote GROUP BY target_id
ON CONFLICT (team_id, board, target_id) DO UPDATE SET score = l.score + EXCLUDED.score
"""


class Home:
    """The databases of one test on a server; `home` drops every one created."""

    def __init__(self, host: str, port: int, user: str, template: str) -> None:
        self.where = {"host": host, "port": port, "user": user}
        self._template = template

    def url(self, name: str, **other: Any) -> str:
        """Return the URL of the database *name*."""
        return url_of(**(self.where | other), dbname=name)

    def execute(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    def ask(self, url: str, query: str, *parameters: Any) -> list[Any]:
        with psycopg.connect(url) as conn:
            return conn.execute(query.encode(), parameters).fetchall()

    def databases(self) -> set[str]:
        """Return the names of all databases."""
        rows = self.ask(self.url("postgres"), "SELECT datname FROM pg_database")
        return {name for (name,) in rows}

    def made(self, name: str, *, migrated: bool = True, like: str = "") -> str:
        """Create a database with the app's tables and the contents of *like*; return its URL."""
        template = (like or self._template) if migrated else "template1"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {COPY}')
        return self.url(name)

    def voted(self, url: str, count: int) -> None:
        """Store *count* messages, each with a vote for bob and one for postgres."""
        given = {"ann": ANN, "bob": BOB, "thing": POSTGRES, "count": count}
        with psycopg.connect(url) as conn:
            conn.execute(_VOTES, given)

    def scores(self, url: str) -> dict[str, int]:
        """Return the scores of people and things, after checking them against the ledger."""
        ledger = dict(
            self.ask(url, "SELECT target_id, sum(delta)::bigint FROM vote_history GROUP BY 1")
        )
        boards = self.ask(
            url,
            "SELECT target_id, score FROM leaderboard WHERE board IN ('users', 'things')",
        )
        assert dict(boards) == ledger
        return ledger

    async def until(self, query: str) -> None:
        """Wait until *query* returns true."""
        async with asyncio.timeout(PATIENCE):
            conn = await psycopg.AsyncConnection.connect(self.url("postgres"), autocommit=True)
            async with conn:
                while True:
                    row = await (await conn.execute(query.encode())).fetchone()
                    if row and row[0]:
                        return
                    await conn.execute("SELECT pg_sleep(0.02)")


@contextmanager
def home(at: NoopExecutor) -> Iterator[Home]:
    """Yield a `Home` on the server of a migrated template; drop its databases afterwards."""
    own = Home(at.host, at.port, at.user, at.template_dbname)
    before = own.databases()
    yield own
    with psycopg.connect(own.url("postgres"), autocommit=True) as conn:
        for name in own.databases() - before:
            gone = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            conn.execute(gone)


def stand_ins(folder: Path, **scripts: str) -> Path:
    """Create a folder with scripts that replace pg_dump and pg_restore; `$real` is the real one.

    Each answers --version like the real one, otherwise runs its script, by default the real
    program.
    """
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        real = programs.find_programs(name, None)[-1]
        lines = [
            "#!/bin/sh",
            f"real='{real.path}'",
            f'[ "$1" = --version ] && echo "{name} (PostgreSQL) {real.version}" && exit',
            scripts.get(name, 'exec "$real" "$@"'),
        ]
        (folder / name).write_text("\n".join(lines) + "\n")
        (folder / name).chmod(0o755)
    return folder
