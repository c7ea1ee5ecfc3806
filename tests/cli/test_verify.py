"""`bin/verify` compares boards with the ledger, and fixes differences."""

import json

import psycopg
import pytest

from app.cli.verify import SHOWN
from tests.process import run


@pytest.fixture
def command(tmp_path, database_url):
    """Run the command on the test's database."""

    async def run_verify(*words, **variables):
        given = {"DATABASE_URL": database_url} | variables
        return await run("verify", *words, folder=tmp_path, **given)

    return run_verify


def _change(url, query):
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(query).rowcount


async def test_agreement_is_reported_in_one_line(command, talk):
    await talk.said("@bob++ and postgres++")
    status, out, err = await command()
    assert (status, err) == (0, "")
    assert out == "12 scores on 12 boards agree with 2 rows of the ledger\n"


async def test_an_empty_database_agrees(command):
    assert await command() == (0, "0 scores on 0 boards agree with 0 rows of the ledger\n", "")


async def test_differences_are_listed_and_it_exits_1(command, talk, database_url):
    await talk.said("@bob++ and postgres++")
    _change(database_url, "UPDATE leaderboard SET score = 7 WHERE board = 'users'")
    _change(database_url, "DELETE FROM leaderboard WHERE board = 'things'")
    status, out, err = await command()
    team, bob = talk.slack.workspace.team_id, talk.slack.workspace.find_member("bob").id
    assert status == 1
    assert [line.split() for line in out.splitlines()[2:]] == [
        [team, "things", "thing:postgres", "-", "1"],
        [team, "users", bob, "7", "1"],
    ]
    assert err.count("\n") == 1
    assert err.startswith("bin/verify: 2 scores differ from the ledger; ")


async def test_a_terminal_obeys_nothing_in_a_name(command, database_url):
    """An imported document may have any characters."""
    _change(database_url, "INSERT INTO leaderboard (team_id, board, target_id, score)"
            " VALUES ('T1', E'\\x1b[3J', E'thing:\\x1b[2J\\u009bé', 1)")  # fmt: skip
    _, out, _ = await command()
    assert out.splitlines()[2].split()[1:3] == [r"\x1b[3J", r"thing:\x1b[2J\x9bé"]


async def test_only_the_first_differences_are_shown_and_all_are_counted(command, database_url):
    _change(database_url, "INSERT INTO leaderboard (team_id, board, target_id, score)"
            " SELECT 'T1', 'users', 'U' || n, 1 FROM generate_series(1, 1234) AS n")  # fmt: skip
    status, out, err = await command()
    assert (status, len(out.splitlines())) == (1, SHOWN + 2)
    assert "1,234 scores differ from the ledger (the first 50 are above)" in err
    report = json.loads((await command("--json"))[1])
    assert (report["agree"], report["differences"], len(report["first"])) == (False, 1234, SHOWN)
    assert report["first"][0] == {
        "team": "T1", "board": "users", "target": "U1", "has": 1, "should": 0
    }  # fmt: skip


async def test_rebuilding_fixes_scores_and_says_so(command, talk, database_url):
    await talk.said("@bob++ and postgres++")
    assert _change(database_url, "DELETE FROM leaderboard") == 12
    status, out, err = await command("--rebuild")
    assert (status, err) == (0, "")
    assert out == "12 scores fixed; 12 scores on 12 boards agree with 2 rows of the ledger\n"
    await talk.said("@bob++")
    assert await talk.scores() == {talk.slack.workspace.find_member("bob").id: 2}
    assert json.loads((await command("--rebuild", "--json"))[1])["fixed"] == 0


@pytest.mark.parametrize(("succeeds", "error"), [(3, ""), (4, "bin/verify: 1 score differs from")])
async def test_fixing_is_tried_three_times(command, own_database_url, succeeds, error):
    _change(own_database_url, f"""
        INSERT INTO leaderboard (team_id, board, target_id, score) VALUES ('T1', 'users', 'U1', 1);
        CREATE SEQUENCE tries;
        CREATE FUNCTION try() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RETURN CASE WHEN nextval(''tries'') < {succeeds} THEN OLD ELSE NEW END; END';
        CREATE TRIGGER try BEFORE UPDATE ON leaderboard FOR EACH ROW EXECUTE FUNCTION try();
    """)  # fmt: skip  # noqa: S608  (a number)
    status, _, err = await command("--rebuild", DATABASE_URL=own_database_url)
    assert (status, err[: len(error) or None]) == (1 if error else 0, error)


async def test_a_score_beyond_64_bits_is_reported_in_one_line(command, database_url):
    largest = """
        INSERT INTO vote_history (team_id, channel_id, message_ts, voter_id, target_id, delta,
            kind, voted_at)
        VALUES ('T1', '', 'import/1', '', 'U2', 9223372036854775807, 'import', now())
    """
    for _ in range(2):
        _change(database_url, largest)
    status, out, err = await command("--rebuild")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "out of range" in err


async def test_losing_the_database_while_fixing_is_reported_in_one_line(command, own_database_url):
    _change(own_database_url, """
        INSERT INTO leaderboard (team_id, board, target_id, score) VALUES ('T1', 'users', 'U1', 1);
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() ORDER BY pid = pg_backend_pid(); RETURN NULL;
        END $$;
        CREATE TRIGGER cut BEFORE UPDATE ON leaderboard FOR EACH ROW EXECUTE FUNCTION cut();
    """)  # fmt: skip
    status, out, err = await command("--rebuild", DATABASE_URL=own_database_url)
    assert (status, out, err.count("\n")) == (1, "", 1), err
    assert "bin/verify: the database: " in err


async def test_an_unreachable_or_empty_database_is_reported_in_one_line(tmp_path, own_database_url):
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    for name in ("verify", "maintenance"):
        status, out, err = await run(name, folder=tmp_path, **away)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "database" in err
    _change(own_database_url, "DROP TABLE _yoyo_migration")
    for name in ("verify", "maintenance"):
        status, out, err = await run(name, folder=tmp_path, DATABASE_URL=own_database_url)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "bin/migrate" in err
