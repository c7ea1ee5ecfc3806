"""Nodes that die and return, and workspaces that move: no vote is lost or doubled."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence

import psycopg
import pytest
from psycopg import conninfo, sql

from app.devtools.fake_slack.server import LocalSlack
from tests.citus.conftest import COORDINATOR
from tests.faults.conftest import *  # noqa: F403
from tests.faults.load import Load, Vote, announced, eventually, exact, votes

_HOME = """
SELECT nodename, nodeport, shardid
FROM pg_dist_shard JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid)
WHERE logicalrelid = 'vote_history'::regclass
    AND shardid = get_shard_id_for_distribution_column('vote_history', %s::text)
"""
_OTHERS = """
SELECT nodename, nodeport FROM pg_dist_node
WHERE noderole = 'primary' AND shouldhaveshards AND (nodename, nodeport) <> (%s, %s)
"""
_MOVE = "SELECT citus_move_shard_placement(%s, %s::text, %s, %s::text, %s, 'block_writes')"
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


@pytest.fixture
def team(slack) -> str:
    """The workspace whose votes are cast."""
    return slack.workspace.team_id


class Node:
    """The node that holds a workspace."""

    def __init__(self, team: str) -> None:
        self.host, self.port, self.shard = _ask(_HOME, team)[0]
        given = conninfo.conninfo_to_dict(COORDINATOR)
        self._name = given["dbname"]
        self._url = conninfo.make_conninfo(
            COORDINATOR, host=self.host, port=self.port, dbname="postgres"
        )

    def die(self) -> None:
        """Cut all connections to the database and refuse new ones."""
        self._allow("false")
        with psycopg.connect(self._url, autocommit=True) as conn:
            conn.execute(_END, [self._name])

    def rise(self) -> None:
        """Accept connections again."""
        self._allow("true")

    def _allow(self, yes: str) -> None:
        change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        with psycopg.connect(self._url, autocommit=True) as conn:
            conn.execute(change.format(sql.Identifier(self._name), sql.SQL(yes)))


@pytest.fixture
def node(database_url, team) -> Iterator[Node]:  # noqa: ARG001 (needs its tables)
    """The node of the workspace; restored at the end."""
    it = Node(team)
    yield it
    it.rise()


async def test_votes_for_a_dead_node_are_retried_until_it_returns(begin, slack, database_url, node):
    servers = [await begin(database_url) for _ in range(2)]
    cast = votes(slack, 120)
    load = Load(cast, *(server.port for server in servers), before=60)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(load.run())
        await load.until(30)
        node.die()
        load.go.set()
        await eventually(load.refused)
        node.rise()
    assert set(load.statuses) == {200, 503}
    await exact(database_url, slack, cast)


async def test_votes_continue_while_their_workspace_moves_between_nodes(
    begin, slack, database_url, node
):
    servers = [await begin(database_url) for _ in range(2)]
    cast = votes(slack, 200)
    load = Load(cast, *(server.port for server in servers), before=160)
    here = (node.host, node.port)
    there = _ask(_OTHERS, *here)[0]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(load.run())
        await load.until(20)
        for of, to in ((here, there), (there, here)):
            await asyncio.to_thread(_ask, _MOVE, node.shard, *of, *to)
        load.go.set()
    await exact(database_url, slack, cast)


def _ask(query: str, *parameters: object) -> list[tuple]:
    with contextlib.closing(psycopg.connect(COORDINATOR, autocommit=True)) as conn:
        return conn.execute(query, parameters).fetchall()


async def test_other_workspaces_work_while_a_node_is_dead(begin, slack, database_url, node):
    server = await begin(database_url)
    home, slack.workspace.team_id = slack.workspace.team_id, _find_elsewhere(node)
    node.die()
    cast = votes(slack, 40)
    load = Load(cast, server.port)
    await load.run()  # also for a workspace seen for the first time
    assert load.statuses == {200: len(cast)}
    await eventually(lambda: _told(slack, cast))
    node.rise()
    slack.workspace.team_id = home
    await exact(database_url, slack, cast)


async def _told(slack: LocalSlack, cast: Sequence[Vote]) -> bool:
    return announced(slack) == Counter(vote.reason for vote in cast)


def _find_elsewhere(node: Node) -> str:
    for number in range(100):
        host, port, _ = _ask(_HOME, f"T{number}")[0]
        if (host, port) != (node.host, node.port):
            return f"T{number}"
    raise AssertionError("every workspace is on one node")
