"""The rights checked at startup and by /health are those that the server's statements need."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from app.store import migrations
from app.store.server.rights import FUNCTIONS, TABLES
from tests.house.pages import ROOT, parse_app, walk_app

WRITES = {
    "INSERT": re.compile(r"INSERT INTO (\w+)"),
    "DELETE": re.compile(r"DELETE FROM (\w+)"),
    "UPDATE": re.compile(r"(?<!DO )(?<!FOR )\bUPDATE (?!SET\b|OF\b)(\w+)(?= AS| SET|\n)"),
}
UPSERT = re.compile(r"INSERT INTO (\w+)(?:(?!INSERT INTO).)*?DO UPDATE", re.DOTALL)
LOCK = re.compile(
    r"FROM (\w+)(?:(?!\bFROM\b).)*?FOR (?:NO KEY )?(?:UPDATE|SHARE|KEY SHARE)", re.DOTALL
)
FUNCTION = re.compile(r"FUNCTION (\w+)\((?:.*?)(?=^CREATE|\Z)", re.DOTALL | re.MULTILINE)


def list_imports(module: str) -> Iterator[str]:
    for node in walk_app()[module]:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def list_server_modules() -> frozenset[str]:
    """Return the modules that the server imports, directly or not."""
    found, left = set[str](), ["app.server"]
    while left:
        path = left.pop().replace(".", "/")
        for name in {f"{path}.py", f"{path}/__init__.py"} & parse_app().keys() - found:
            found.add(name)
            left += list_imports(name)
    return frozenset(found)


def read_statements() -> Iterator[str]:
    """Yield the strings of the server's modules and the migrations' SQL functions."""
    for name in list_server_modules():
        for node in walk_app()[name]:
            if isinstance(node, ast.JoinedStr):
                parts = [
                    ast.unparse(part) if not isinstance(part, ast.Constant) else part.value
                    for part in node.values
                ]
                yield "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for name in migrations.list_available():
        text = (ROOT / "migrations" / f"{name}.sql").read_text(encoding="utf-8")
        yield from (found[0] for found in FUNCTION.finditer(text))


def find_rights() -> set[tuple[str, str]]:
    """Return the tables that the server's statements write to, each with the right needed."""
    found = set[tuple[str, str]]()
    for text in read_statements():
        found |= {(t, right) for right, pattern in WRITES.items() for t in pattern.findall(text)}
        found |= {(t, "UPDATE") for pattern in (UPSERT, LOCK) for t in pattern.findall(text)}
    return {(table, right) for table, right in found if table in TABLES}


def test_the_rights_checked_are_those_that_statements_need():
    asked = {(table, right) for table, does in TABLES.items() for right in does.split()}
    assert asked == find_rights()


def test_every_table_and_function_is_checked_for_rights():
    texts = [
        (ROOT / "migrations" / f"{name}.sql").read_text(encoding="utf-8")
        for name in migrations.list_available()
    ]
    made = {
        name for text in texts for name in re.findall(r"(?m)^CREATE (?:TABLE|VIEW) (\w+)", text)
    }
    gone = {name for text in texts for name in re.findall(r"(?m)^DROP TABLE (\w+)", text)}
    called = {name for text in texts for name in re.findall(r"FUNCTION (\w+)\(", text)}
    assert TABLES.keys() - {"_yoyo_migration"} == made - gone
    assert set(FUNCTIONS) == called - {"audit_is_append_only"}
