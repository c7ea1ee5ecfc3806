"""docs/develop/schema.md is what the database says of itself, by its comments."""

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
SELECT p.oid::regprocedure::text AS name, coalesce(obj_description(p.oid), '') AS meaning
FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1
"""


@pytest.fixture
def catalog(database_url):
    with psycopg.connect(database_url, row_factory=psycopg.rows.dict_row) as conn:
        yield lambda query, *of: conn.execute(query, of).fetchall()


def test_the_page_of_the_schema_is_what_the_database_says(catalog):
    tables = [render_table(table, catalog) for table in catalog(_RELATIONS)]
    functions = [f"- `{one['name']}`: {one['meaning']}" for one in catalog(_FUNCTIONS)]
    text = "\n\n".join([*tables, "## Functions\n\n" + "\n".join(functions)])
    expect_generated("docs/develop/schema.md", "tables", text)


def render_table(table: dict[str, Any], catalog: Any) -> str:
    """Return a table's section: its columns but the workspace, the key's first, and its indexes."""
    columns: list[tuple[list[str], str]] = []
    for one in catalog(_COLUMNS, table["oid"]):
        if one["name"] == "team_id":
            continue
        if columns and columns[-1][1] == one["meaning"]:
            columns[-1][0].append(one["name"])
        else:
            columns.append(([one["name"]], one["meaning"]))
    lines = [f"- {', '.join(f'`{name}`' for name in names)}: {what}" for names, what in columns]
    primary, *others = catalog(_INDEXES, table["oid"])
    lines += [f"- Index `{one['name']} {one['keys']}`: {one['meaning']}" for one in others]
    about = f"{table['meaning']} Primary key `{primary['keys']}`. {primary['meaning']}".strip()
    return f"## {table['relname']}\n\n{about}\n\n" + "\n".join(lines)


def test_every_table_column_index_and_function_says_what_it_is_for(catalog):
    mute = []
    for table in catalog(_RELATIONS):
        indexes = [one for one in catalog(_INDEXES, table["oid"]) if not one["primary"]]
        parts = [table | {"name": "the table"}, *catalog(_COLUMNS, table["oid"]), *indexes]
        mute += [f"{table['relname']}: {one['name']}" for one in parts if not one["meaning"]]
    mute += [one["name"] for one in catalog(_FUNCTIONS) if not one["meaning"]]
    assert mute == [], "COMMENT ON these in the migration that makes them"
