"""Imports of score files of every kind, and their rollback, on a cluster."""

from tests.cli.test_import_json import *  # noqa: F403
from tests.store.test_imports import *  # noqa: F403

# These use a database of their own, on one machine.
del globals()["test_a_dry_run_leaves_no_byte_behind"]
del globals()["test_a_dry_run_of_a_document_leaves_no_byte_behind"]
del globals()["test_a_database_without_the_migrations_is_told"]
del globals()["test_a_score_missing_on_the_boards_is_noticed"]
