"""Distributes the tables over the nodes of a Citus cluster, each workspace on one node."""

from typing import Final

from psycopg import sql

from app import CommandError
from app.store.database import UNLIMITED, Limits, SyncConn, list_timeouts, read_value

# Works on a single machine too, which has no functions of a cluster.
_CLUSTER: Final = "SELECT count(*) FROM pg_extension WHERE extname = 'citus'"
_WORKERS: Final = "SELECT count(*) FROM citus_get_active_worker_nodes()"

# The first one is what the others are colocated with.
_TABLES: Final = """
SELECT c.relname FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'team_id' AND NOT a.attisdropped
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    AND c.oid NOT IN (SELECT logicalrelid FROM pg_dist_partition)
ORDER BY c.relname <> 'workspaces', c.relname
"""

_DISTRIBUTE: Final = sql.SQL(
    "SELECT create_distributed_table({table}, 'team_id', colocate_with => {beside})"
)

# A distributed table takes no trigger; privileges then prevent what the trigger did.
_APPEND_ONLY: Final = (
    "DROP TRIGGER IF EXISTS audit_append_only ON audit",
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM CURRENT_USER",
)

# A generic plan can't tell which node a parameter refers to.
_GENERIC: Final = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace
    AND 'plan_cache_mode=force_generic_plan' = ANY(proconfig)
"""

# What the app sets on its connections stays with the coordinator; what is set for its role doesn't.
# A worker that already has another limit keeps it.
_FIND_UNLIMITED: Final = """
SELECT DISTINCT current_database() FROM run_command_on_workers('SHOW lock_timeout')
WHERE result = '0'
"""
_LIMIT_LOCKS: Final = "ALTER ROLE CURRENT_USER IN DATABASE {} SET lock_timeout = {}"

_HAS_CATALOG: Final = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('pg_dist_partition')"
_IS_LEDGER_DISTRIBUTED: Final = (
    "SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = to_regclass('vote_history')"
)


def distribute(conn: SyncConn) -> list[str]:
    """Distribute by workspace every table that isn't distributed yet; return their names.

    Also sets the app's lock timeout on the nodes, for the role of *conn*. Raises CommandError if
    there is no cluster.
    """
    require_cluster(conn)
    tables = [name for (name,) in conn.execute(_TABLES).fetchall()]
    if "audit" in tables:
        for statement in _APPEND_ONLY:
            conn.execute(statement)
    for (function,) in conn.execute(_GENERIC).fetchall():
        conn.execute(sql.SQL("ALTER FUNCTION {} RESET plan_cache_mode").format(sql.SQL(function)))
    for table in tables:
        colocated_with = "default" if table == "workspaces" else "workspaces"
        with conn.transaction():
            # Moving a large table takes longer than the role's timeouts may allow.
            for statement in (UNLIMITED, *list_timeouts(0)):
                conn.execute(statement)
            names = {"table": sql.Literal(table), "beside": sql.Literal(colocated_with)}
            conn.execute(_DISTRIBUTE.format(**names))
    _limit_locks(conn)
    return tables


def require_cluster(conn: SyncConn) -> None:
    """Raise CommandError unless *conn* is to a cluster with workers."""
    if not read_value(conn, _CLUSTER):
        raise CommandError("this database isn't a Citus coordinator: it lacks the extension citus")
    if not read_value(conn, _WORKERS):
        raise CommandError("the cluster has no workers: add them with citus_add_node first")


def is_distributed(conn: SyncConn) -> bool:
    """Return whether the tables are distributed over a cluster."""
    return bool(read_value(conn, _HAS_CATALOG) and read_value(conn, _IS_LEDGER_DISTRIBUTED))


def require_one_machine(conn: SyncConn, act: str) -> None:
    """Raise CommandError if the tables are distributed, so that *act* is impossible."""
    if is_distributed(conn):
        raise CommandError(
            f"{act} does not work on a cluster; use bin/export and bin/import-json"
            " (see docs/operate/deploy.md#spreading-workspaces-over-a-cluster)"
        )


def _limit_locks(conn: SyncConn) -> None:
    limit = sql.Literal(f"{Limits().lock:g}s")
    for (name,) in conn.execute(_FIND_UNLIMITED).fetchall():
        conn.execute(sql.SQL(_LIMIT_LOCKS).format(sql.Identifier(name), limit))
