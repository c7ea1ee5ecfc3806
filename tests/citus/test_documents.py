"""Export of a whole cluster to one document, and its import."""

import json
from dataclasses import replace

import psycopg
import pytest

from app.store.workspace.rulebook import Rulebook
from tests.cli.test_export import *  # noqa: F403
from tests.cli.test_export import _document
from tests.process import run
from tests.store.casting import ballot, cast, ruled, spoken, ts_of

# PostgreSQL 15 lacks one of the settings.
del globals()["test_no_timeout_of_the_role_ends_an_export"]


@pytest.fixture
def load(tmp_path, database_url):
    """Import the document; return the status, output and errors."""

    async def loaded(*words):
        given = {"DATABASE_URL": database_url}
        return await run("import-json", "all.json", *words, folder=tmp_path, **given)

    return loaded


async def test_a_document_is_imported_into_the_cluster(export, load, tmp_path, full, emptier):
    before = await _document(export, full)
    (tmp_path / "all.json").write_text(json.dumps(before))
    status, _, err = await load()
    assert (status, "an empty database: vote_history has rows" in err) == (1, True)
    emptier.run()
    status, rehearsed, err = await load("--dry-run")
    assert (status, err) == (0, "")
    assert sum((await _document(export, full))["totals"].values()) == 0
    status, out, err = await load()
    assert (status, err) == (0, "")
    assert rehearsed == out + "dry run: nothing was written\n"
    assert (await _document(export, full))["data"] == before["data"]


async def test_vote_ids_continue_after_an_import(export, load, tmp_path, full, emptier, database):
    before = await _document(export, full)
    (tmp_path / "all.json").write_text(json.dumps(before))
    emptier.run()
    with psycopg.connect(full, autocommit=True) as conn:
        conn.execute("SELECT setval(pg_get_serial_sequence('vote_history', 'id'), 1)")
    assert (await load())[0] == 0
    rules = await Rulebook(database).read_rules("T1")
    spoke = replace(ballot(spoken(ts_of(9), by="U7"), ruled({"U2": 1})), rules=rules)
    assert await database.run(lambda conn: cast(conn, spoke))
    highest = max(row["id"] for row in before["data"]["vote_history"])
    after = (await _document(export, full))["data"]["vote_history"]
    assert [row["voter_id"] for row in after if row["id"] > highest] == ["U7"]


async def test_a_tampered_document_is_not_imported(export, load, tmp_path, full, emptier):
    before = await _document(export, full)
    before["totals"]["points"] += 1
    (tmp_path / "all.json").write_text(json.dumps(before))
    emptier.run()
    status, _, err = await load()
    assert (status, err.count("\n"), "(points), but says" in err) == (1, 1, True)
    assert sum((await _document(export, full))["totals"].values()) == 0


@pytest.fixture
def clerk_url(database_url):
    """The cluster's URL for a role with the table owner's rights but not a superuser's."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute("CREATE ROLE pptbot_clerk LOGIN")
        conn.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO pptbot_clerk")
        conn.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO pptbot_clerk")
        conn.execute("REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM pptbot_clerk")
        yield f"{database_url}?user=pptbot_clerk"
        conn.execute("DROP OWNED BY pptbot_clerk")
        conn.execute("DROP ROLE pptbot_clerk")


async def test_a_document_is_imported_without_a_superuser(
    export, tmp_path, full, emptier, clerk_url
):
    before = await _document(export, full)
    (tmp_path / "all.json").write_text(json.dumps(before))
    emptier.run()
    words = ("import-json", "all.json")
    status, _, err = await run(*words, folder=tmp_path, DATABASE_URL=clerk_url)
    assert (status, err) == (0, "")
    assert (await _document(export, full))["data"] == before["data"]
