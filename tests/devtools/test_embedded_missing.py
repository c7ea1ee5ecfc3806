"""If the embedded PostgreSQL isn't installed, as in a container, one line says what to do."""

import pytest

from app.store.server import embedded
from app.store.server.embedded import EmbeddedError, run_postgres


def test_without_its_package_one_line_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "_PACKAGE", "no_such_package")
    with pytest.raises(EmbeddedError, match="set DATABASE_URL"), run_postgres(tmp_path / "pg"):
        pytest.fail("there is nothing to run")
