"""Commands on a cluster: distribution of the tables, and maintenance."""

import json

import psycopg
import pytest

from app.store.server.distribution import distribute
from tests.copies import home
from tests.process import run

REFUSED = (
    "does not work on a cluster; use bin/export and bin/import-json"
    " (see docs/operate/deploy.md#spreading-workspaces-over-a-cluster)"
)


@pytest.fixture
async def voted_dump(template, tmp_path):
    """A backup of a database on one machine."""
    with home(template) as place:
        own = place.made("single")
        _, out, _ = await run("backup", "--dir", "single", folder=tmp_path, DATABASE_URL=own)
        yield out.splitlines()[-1]


async def test_distributing_twice_changes_nothing(tmp_path, database_url):
    done = await run("migrate", "--distribute", folder=tmp_path, DATABASE_URL=database_url)
    assert done == (0, "nothing to do\n", "")


async def test_migrating_a_cluster_distributes_what_is_new(tmp_path, database_url):
    with psycopg.connect(database_url, autocommit=True) as conn:
        try:
            conn.execute("CREATE TABLE later (team_id text PRIMARY KEY)")
            conn.execute("ALTER FUNCTION claim_replies SET plan_cache_mode = force_generic_plan")
            done = await run("migrate", folder=tmp_path, DATABASE_URL=database_url)
            assert done == (0, "distribute: later\n", "")
            conn.execute("SELECT claim_replies('T1', 8, now(), now(), '{}', '{}', 20)")
        finally:
            conn.execute("DROP TABLE later")
            distribute(conn)


# Migration 0019 computes boards in a way that a cluster refuses.
FIRST_APPLIED_TO_A_CLUSTER = "0020"


async def test_migrations_are_rolled_back_and_applied_on_a_cluster(tmp_path, database_url):
    async def migrate(*words):
        return await run("migrate", *words, folder=tmp_path, DATABASE_URL=database_url)

    try:
        status, out, _ = await migrate("rollback", "-r", FIRST_APPLIED_TO_A_CLUSTER)
        assert (status, out.splitlines()[-1]) == (0, "rollback: 0020.told")
    finally:
        applied = await migrate()
    assert (applied[0], applied[2]) == (0, "")


# Each node checks its rows as they arrive, which takes longer than the statement timeout.
SLOW_TABLE = """
CREATE TABLE slow_to_copy (
    team_id text PRIMARY KEY, CHECK (team_id = '' OR pg_sleep(1.5)::text = ''))
"""


async def test_a_large_table_may_take_longer_than_the_role_s_timeout(database_url):
    with psycopg.connect(database_url, autocommit=True) as conn:
        try:
            conn.execute(SLOW_TABLE)
            conn.execute("INSERT INTO slow_to_copy VALUES ('T1')")
            conn.execute("SET statement_timeout = '1s'")
            assert distribute(conn) == ["slow_to_copy"]
        finally:
            conn.execute("DROP TABLE slow_to_copy")


@pytest.mark.parametrize("command", ["verify", "export", "maintenance"])
async def test_read_only_commands_work(tmp_path, database_url, command):
    status, out, _ = await run(command, folder=tmp_path, DATABASE_URL=database_url)
    assert (status, bool(out)) == (0, True)


async def test_scores_are_imported_once_and_rolled_back(tmp_path, database_url):
    (tmp_path / "leaderboard.json").write_text(json.dumps({"U1": 5, "postgres": 2}))

    async def run_command(*words):
        status, out, _ = await run(*words, folder=tmp_path, DATABASE_URL=database_url)
        return status, out

    for team in ("T1", "T2"):  # possibly on two nodes
        status, out = await run_command("import-json", "leaderboard.json", "--team", team)
        assert (status, "2 entries read, imported: 1 person with 5 points" in out) == (0, True)
    batch = out.split()[-1]
    status, out = await run_command("import-json", "leaderboard.json", "--team", "T2")
    assert (status, "was already imported" in out) == (0, True)
    assert (await run_command("verify"))[0] == 0
    assert (await run_command("import-json", "--rollback", batch))[0] == 0
    status, out = await run_command("verify")
    assert (status, " agree with " in out) == (0, True)


async def test_old_votes_are_archived_by_the_command(tmp_path, database_url):
    words = ["maintenance", "--archive", "1", "--dir", str(tmp_path)]
    status, out, _ = await run(*words, folder=tmp_path, DATABASE_URL=database_url)
    assert (status, bool(out)) == (0, True)


async def test_backups_and_restores_are_refused_in_one_line(tmp_path, database_url, voted_dump):
    for act, words in (
        ("backup", ["--dir", str(tmp_path / "backups")]),
        ("restore", [str(voted_dump), "--force"]),
    ):
        status, _, err = await run(act, *words, folder=tmp_path, DATABASE_URL=database_url)
        assert (status, err.splitlines()[-1]) == (1, f"bin/{act}: a {act} {REFUSED}")
    assert list(tmp_path.glob("backups/*")) == []
