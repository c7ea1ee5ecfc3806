"""docs/develop/schema.md matches the comments in the database."""

import re
import textwrap
from typing import Any

import psycopg
import pytest

from tests.house.pages import expect_generated

_RELATIONS = """
SELECT c.oid, c.relname, obj_description(c.oid) AS meaning FROM pg_class c
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname !~ '_?yoyo'
ORDER BY relname NOT IN ('vote_history', 'leaderboard'), relname = 'leaderboard', relname
"""
_COLUMNS = """
SELECT attname AS name, coalesce(col_description(attrelid, attnum), '') AS meaning
FROM pg_attribute LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped
ORDER BY NOT attnum = ANY (indkey), array_position(indkey::int2[], attnum), attnum
"""
_INDEXES = r"""
SELECT relname AS name, indisprimary AS primary,
    coalesce(obj_description(indexrelid), '') AS meaning,
    regexp_replace(regexp_replace(pg_get_indexdef(indexrelid), '^.* USING (btree )?', ''),
        '::\w+|\((?=\()|(?<=\))\)', '', 'g') AS keys
FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE indrelid = %s ORDER BY NOT indisprimary, relname
"""
_FUNCTIONS = """
SELECT proname AS name, coalesce(obj_description(p.oid), '') AS meaning
FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1
"""

_SHORT = 9  # columns explained in at most this many words share a line
_TRICKY = 20  # columns explained in fewer words mostly speak for themselves


@pytest.fixture
def catalog(database_url):
    with psycopg.connect(database_url, row_factory=psycopg.rows.dict_row) as conn:
        yield lambda query, *of: conn.execute(query, of).fetchall()


def test_the_schema_page_matches_the_database(catalog):
    tables = catalog(_RELATIONS)
    public = [render_public(table, catalog) for table in tables[:2]]
    private = [render_private(table, catalog) for table in tables[2:]]
    head = "| table | key | holds |\n| --- | --- | --- |"
    parts = [*public, "## All other tables", "\n".join([head, *private])]
    expect_generated("docs/develop/schema.md", "tables", "\n\n".join(parts))


def render_public(table: dict[str, Any], catalog: Any) -> str:
    """Return a table's section: its columns, with the brief ones on one line, and its indexes."""
    columns = list_columns(table, catalog)
    short = [f"{name}: {meaning}" for name, meaning in columns if not is_long(meaning, _SHORT)]
    lines = [f"- {' '.join(short)}"] if short else []
    lines += [f"- {name}: {meaning}" for name, meaning in columns if is_long(meaning, _SHORT)]
    primary, *others = catalog(_INDEXES, table["oid"])
    lines += [f"- Index `{one['name']} {one['keys']}`: {one['meaning']}" for one in others]
    about = f"{table['meaning']} Primary key `{primary['keys']}`. {primary['meaning']}".strip()
    return "\n".join([f"## {table['relname']}", "", *map(wrap, [about, "", *lines])])


def render_private(table: dict[str, Any], catalog: Any) -> str:
    """Return a table's row: its key, and the columns that need a long explanation."""
    key = catalog(_INDEXES, table["oid"])[0]["keys"]
    columns = [
        f"{name}: {meaning}"
        for name, meaning in list_columns(table, catalog)
        if is_long(meaning, _TRICKY)
    ]
    holds = join_words(" ".join([table["meaning"], *columns])).replace("|", "\\|")
    return f"| `{table['relname']}` | `{key}` | {holds} |"


def is_long(meaning: str, words: int) -> bool:
    return len(meaning.split()) > words


def list_columns(table: dict[str, Any], catalog: Any) -> list[tuple[str, str]]:
    """Return the columns with their meanings, grouped if the meaning is the same."""
    columns: dict[str, list[str]] = {}
    for one in catalog(_COLUMNS, table["oid"]):
        if one["name"] != "team_id":
            columns.setdefault(one["meaning"], []).append(f"`{one['name']}`")
    return [(", ".join(names), meaning) for meaning, names in columns.items()]


def join_words(text: str) -> str:
    """Return *text* on one line, with compounds rejoined that a comment broke at a hyphen."""
    return re.sub(r"(?<=\w)- (?=\w)", "-", " ".join(text.split()))


def wrap(text: str) -> str:
    """Wrap *text* to the page's line length."""
    return textwrap.fill(
        join_words(text),
        150,
        subsequent_indent="  " * text.startswith("- "),
        break_on_hyphens=False,
    )


def test_every_table_column_index_and_function_has_a_comment(catalog):
    mute = []
    for table in catalog(_RELATIONS):
        indexes = [one for one in catalog(_INDEXES, table["oid"]) if not one["primary"]]
        parts = [table | {"name": "the table"}, *catalog(_COLUMNS, table["oid"]), *indexes]
        mute += [f"{table['relname']}: {one['name']}" for one in parts if not one["meaning"]]
    mute += [one["name"] for one in catalog(_FUNCTIONS) if not one["meaning"]]
    assert mute == [], "COMMENT ON these in the migration that makes them"
