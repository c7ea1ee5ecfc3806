"""`bin/export --csv` ends if the disk fills up in the middle of a table."""

import resource
import subprocess
import sys

import psycopg

from tests.patience import PATIENCE
from tests.process import environment

ROOM = 200_000
"""The limit on file sizes, in bytes; the table exceeds both it and the connection's buffers."""


def test_a_full_disk_in_the_middle_of_a_table_ends_the_command(tmp_path, database_url):
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO things SELECT 'T1', 'thing:' || n, repeat('x', 60)"
            " FROM generate_series(1, 200000) n"
        )
    limited = subprocess.run(
        [sys.executable, "-B", "-m", "app", "export", "--csv", "tables"],
        cwd=tmp_path, env=environment(DATABASE_URL=database_url), capture_output=True, text=True,
        check=False, timeout=PATIENCE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM)),
    )  # fmt: skip
    assert (limited.returncode, limited.stderr) == (
        1, "bin/export: cannot write tables: file too large\n"
    )  # fmt: skip
    assert list((tmp_path / "tables").iterdir()) == []
