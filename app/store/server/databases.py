"""Creates, drops and renames whole databases, for a restore next to the one in use."""

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

from app.store.database import SyncConn, read_value

_RIGHTS: Final = """
SELECT r.rolsuper OR r.rolcreatedb,
    r.rolsuper OR (r.rolcreatedb AND pg_has_role(d.datdba, 'MEMBER')),
    coalesce(pg_get_userbyid(t.relowner), current_user), current_user
FROM pg_roles AS r CROSS JOIN pg_database AS d
LEFT JOIN pg_class AS t ON t.oid = to_regclass('vote_history')
WHERE r.rolname = current_user AND d.datname = current_database()
"""

# For the session, which is our own: work on whole databases uses no pooler. Old servers lack some
# settings. The lock timeout stays the role's. The names of tables are compared with those in dumps.
_PREPARE: Final = """
SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN
    ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout',
     'quote_all_identifiers')
"""

# The collation is the former database's, whatever the server's template has. Columns that not every
# version of PostgreSQL has are read through JSON.
_CREATE: Final = """
SELECT format('CREATE DATABASE %%I OWNER %%I TEMPLATE template0'
        ' ENCODING %%L LC_COLLATE %%L LC_CTYPE %%L',
        %(name)s::text, coalesce(%(owner)s, pg_get_userbyid(d.datdba)),
        pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
    || CASE j ->> 'datlocprovider'
        WHEN 'c' THEN ' LOCALE_PROVIDER libc'
        WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %%L',
            coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
        WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %%L', j ->> 'datlocale')
        ELSE '' END
FROM pg_database AS d, to_jsonb(d) AS j WHERE d.datname = %(like)s
"""

# Grants come after the revocation from PUBLIC. A list (search_path and the like) is quoted already;
# every other value is one text.
_PROPERTIES: Final = """
WITH d AS (SELECT * FROM pg_database WHERE datname = %(old)s)
SELECT said FROM (
    SELECT 1, format('ALTER DATABASE %%I CONNECTION LIMIT %%s', %(new)s::text, d.datconnlimit)
    FROM d WHERE d.datconnlimit <> -1
    UNION ALL
    SELECT 2, format('REVOKE ALL ON DATABASE %%I FROM PUBLIC', %(new)s::text) FROM d
    WHERE d.datacl IS NOT NULL
    UNION ALL
    SELECT 3, format('GRANT %%s ON DATABASE %%I TO %%s', a.privilege_type, %(new)s::text,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
        || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    FROM d, aclexplode(d.datacl) AS a WHERE a.grantee <> d.datdba
    UNION ALL
    SELECT 4, CASE s.setrole WHEN 0 THEN format('ALTER DATABASE %%I', %(new)s::text)
        ELSE format('ALTER ROLE %%I IN DATABASE %%I', pg_get_userbyid(s.setrole), %(new)s::text)
        END
        || format(' SET %%s TO ', split_part(c, '=', 1))
        || CASE WHEN split_part(c, '=', 1) ~ '(search_path|temp_tablespaces|_preload_libraries)$'
            THEN substr(c, strpos(c, '=') + 1) ELSE quote_literal(substr(c, strpos(c, '=') + 1)) END
    FROM d JOIN pg_db_role_setting AS s ON s.setdatabase = d.oid, unnest(s.setconfig) AS c
) AS statement (nr, said) ORDER BY nr, said
"""

_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('pptbot restore ' || %s, 0))"

# A scratch database is in use as long as this lock is held, by a connection to any database.
_HOLD: Final = "SELECT pg_advisory_lock(hashtextextended('pptbot scratch ' || %s, 0))"
_ABANDONED: Final = """
SELECT d.datname FROM pg_database AS d,
    hashtextextended('pptbot scratch ' || d.datname, 0) AS key
WHERE starts_with(d.datname, %(start)s) AND d.datname ~ %(pattern)s
    AND pg_has_role(d.datdba, 'USAGE') AND NOT EXISTS (
        SELECT FROM pg_locks AS l WHERE l.locktype = 'advisory' AND l.objsubid = 1
        AND (l.classid::bigint << 32 | l.objid::bigint) = key
    )
ORDER BY d.datname
"""

# Not every role may see what kind others' connections are.
_END_CONNECTIONS: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid()
    AND coalesce(backend_type, 'client backend') = 'client backend'
"""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Rights:
    """What the role of a connection may do with databases."""

    create: bool
    swap: bool
    """Whether it may also rename the database that it's connected to."""
    owner: str
    """The owner of the app's tables; the role itself if there are none."""
    role: str


def prepare_session(conn: SyncConn) -> None:
    """Lift the timeouts of *conn*'s session, and quote no name needlessly, whatever the role's."""
    conn.execute(_PREPARE)


def read_rights(conn: SyncConn) -> Rights:
    """Return the rights of *conn*'s role."""
    return Rights(*conn.execute(_RIGHTS).fetchall()[0])


def create(conn: SyncConn, name: str, like: str, owner: str | None = None) -> None:
    """Create the empty database *name* with the encoding, locale and owner of *like*.

    *owner*, if given, is the role that owns it instead.
    """
    statement = read_value(conn, _CREATE, {"name": name, "like": like, "owner": owner})
    if statement is None:
        raise psycopg.ProgrammingError("the database is gone")
    conn.execute(str(statement).encode())


def copy_properties(conn: SyncConn, old: str, new: str) -> list[str]:
    """Copy the settings and privileges of *old* to *new*; return the errors of those refused."""
    refused = []
    for (statement,) in conn.execute(_PROPERTIES, {"old": old, "new": new}).fetchall():
        try:
            conn.execute(str(statement).encode())
        except psycopg.Error as error:
            refused.append(str(error).partition("\n")[0])
    return refused


def try_lock(conn: SyncConn, name: str) -> bool:
    """Lock the restore of *name* as long as *conn* lives; return False if somebody else has it."""
    return bool(read_value(conn, _LOCK, [name]))


def hold(conn: SyncConn, name: str) -> None:
    """Mark the scratch database *name* as in use as long as *conn* lives."""
    conn.execute(_HOLD, [name])


def list_abandoned(conn: SyncConn, start: str, pattern: str) -> list[str]:
    """Return the scratch databases, named like *pattern*, whose creators were killed."""
    return [name for (name,) in conn.execute(_ABANDONED, {"start": start, "pattern": pattern})]


def swap(conn: SyncConn, current: str, *, aside: str, successor: str) -> None:
    """Rename *current* to *aside*, and *successor* to *current*: both or neither.

    Ends every connection to *current*; clients that reconnect wait, and find the successor.
    """
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    first = rename.format(sql.Identifier(current), sql.Identifier(aside))
    second = rename.format(sql.Identifier(successor), sql.Identifier(current))
    for attempt in range(1, _TRIES + 1):
        try:
            with conn.transaction():
                conn.execute(_END_CONNECTIONS, [current])
                conn.execute(first)
                conn.execute(second)
        except psycopg.errors.ObjectInUse:
            # Somebody connected between the two statements; the next try ends that too.
            if attempt == _TRIES:
                raise
        else:
            return


def drop(conn: SyncConn, name: str) -> None:
    """Drop the database *name* if it exists, ending the connections to it."""
    conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
