"""Commands on a cluster: what spreads the tables, and what does not work there."""

import json

import pytest

from tests.process import run

REFUSED = (
    "does not work on a cluster (see docs/operate/deploy.md#spreading-workspaces-over-a-cluster)"
)


async def test_what_is_spread_already_stays_so(tmp_path, database_url):
    done = await run("migrate", "--distribute", folder=tmp_path, DATABASE_URL=database_url)
    assert done == (0, "nothing to do\n", "")


@pytest.mark.parametrize("rest", [["--dry-run"], []])
async def test_scores_are_taken_over_before(tmp_path, database_url, rest):
    file = tmp_path / "leaderboard.json"
    file.write_text(json.dumps({"U1": 5}))
    words = ["import-json", str(file), "--team", "T1", *rest]
    status, _, err = await run(*words, folder=tmp_path, DATABASE_URL=database_url)
    assert (status, err.splitlines()[-1]) == (
        1,
        f"bin/import-json: taking scores over {REFUSED}",
    )


async def test_nothing_is_archived(tmp_path, database_url):
    words = ["maintenance", "--archive", "1", "--dir", str(tmp_path)]
    status, _, err = await run(*words, folder=tmp_path, DATABASE_URL=database_url)
    assert (status, err.splitlines()[-1]) == (1, f"bin/maintenance: archiving {REFUSED}")


@pytest.mark.parametrize("command", ["verify", "export", "maintenance"])
async def test_what_only_reads_works(tmp_path, database_url, command):
    status, out, _ = await run(command, folder=tmp_path, DATABASE_URL=database_url)
    assert (status, bool(out)) == (0, True)
