"""A SQL checker that finds statements not limited to a single workspace.

A node of a cluster can answer a statement alone if each of its tables is bound to the same team_id.
So the team_id columns of a statement's tables, CTEs and subqueries, and its parameters, are grouped
into equivalence classes by the statement's equalities. Each table must share a class with a
parameter, and all of these must be the same parameter.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pglast import parse_sql

KEY = "team_id"
PLACEHOLDER = re.compile(r"%%|%\((\w+)\)[sbt]|%[sbt]")
NON_IMMUTABLE = {"now", "transaction_timestamp", "statement_timestamp", "current_setting"}
"""Functions that aren't IMMUTABLE.

A cluster allows none in ON CONFLICT, which it passes on to the nodes, nor in the CASE or COALESCE
of an UPDATE, which the coordinator would have to evaluate.
"""
_CHOOSING = {"CaseExpr", "CoalesceExpr"}

TEMPORARY = {"gone", "chosen", "entry", "share", "held", "merged"}
"""Temporary tables that commands create on their own node."""

Node = dict[str, Any]
Names = dict[str, str]


def find_faults(sql: str) -> list[str]:
    """Return the faults of *sql*, which has psycopg's placeholders; empty if there are none."""
    text, _ = number_placeholders(sql)
    return [fault for raw in parse_sql(text) for fault in _check(raw.stmt(skip_none=True))]


def number_placeholders(sql: str) -> tuple[str, list[str]]:
    """Return *sql* with numbered placeholders, and their names or positions in that order."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1] or str(len(names))
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return PLACEHOLDER.sub(number, sql), names


def _check(statement: Node) -> list[str]:
    reader = _Reader()
    reader.read(statement, _Scope())
    bound = {table: reader.find_parameters(node) for table, node in reader.tables.items()}
    faults = [f"{table.split()[0]} is not bound" for table, to in bound.items() if not to]
    if len(set().union(*bound.values())) > 1:
        faults.append("two parameters name a workspace")
    return faults + reader.non_immutable


@dataclass
class _Scope:
    """The names visible at one place: the sources in FROM, and the CTEs."""

    outer: "_Scope | None" = None
    ctes: Names = field(default_factory=dict)
    sources: Names = field(default_factory=dict)

    def find_cte(self, name: str) -> str | None:
        here = self.ctes.get(name)
        return here or (self.outer.find_cte(name) if self.outer else None)

    def find_source(self, name: str) -> str | None:
        here = self.sources.get(name)
        return here or (self.outer.find_source(name) if self.outer else None)

    def find_key(self) -> str | None:
        """Return the node of an unqualified team_id: any source's, as USING makes them equal."""
        here = next(iter(self.sources.values()), None)
        return here or (self.outer.find_key() if self.outer else None)


class _Reader:
    """Walks a statement; each source is a node that stands for its team_id."""

    def __init__(self) -> None:
        self.tables: dict[str, str] = {}
        self.non_immutable: list[str] = []
        self._in_condition = False
        self._without_key: set[str] = set()
        self._same: dict[str, str] = {}
        self._count = 0

    def find_parameters(self, node: str) -> set[str]:
        root = self._root(node)
        return {one for one in self._same if one[0] == "$" and self._root(one) == root}

    def _root(self, node: str) -> str:
        self._same.setdefault(node, node)
        while self._same[node] != node:
            node = self._same[node]
        return node

    def _join(self, one: str | None, other: str | None) -> None:
        if one and other:
            self._same[self._root(one)] = self._root(other)

    def _make_node(self, name: str) -> str:
        self._count += 1
        return f"{name} {self._count}"

    def read(self, node: Node, outer: _Scope, place: int | None = None) -> str | None:
        """Read one statement; return the node of its result's team_id, if it has one.

        That is the column at index *place* if given, else the one named team_id.
        """
        before, self._in_condition = self._in_condition, False
        try:
            return self._read_statement(node, _Scope(outer), place)
        finally:
            self._in_condition = before

    def _read_statement(self, node: Node, scope: _Scope, place: int | None) -> str | None:
        for cte in node.get("withClause", {}).get("ctes", ()):
            self._read_cte(cte, scope)
        kind = node["@"]
        if kind == "InsertStmt":
            return self._read_insert(node, scope)
        if node.get("larg") and kind == "SelectStmt":
            return self._read_union(node, scope, place)
        if "relation" in node and kind in {"UpdateStmt", "DeleteStmt"}:
            self._read_source(node["relation"], scope)
        if kind == "UpdateStmt":
            chosen = _list_kinds(node["targetList"], _CHOOSING)
            self.non_immutable += [
                f"{name}() in CASE" for one in chosen for name in _list_non_immutable(one)
            ]
        for source in (*node.get("fromClause", ()), *node.get("usingClause", ())):
            self._read_source(source, scope)
        self._read_parts(node, scope, {"withClause", "relation", "fromClause", "usingClause"})
        return self._find_result(node, scope, place)

    def _read_cte(self, cte: Node, scope: _Scope) -> None:
        made = self._make_node(cte["ctename"])
        scope.ctes[cte["ctename"]] = made
        names = [name["sval"] for name in cte.get("aliascolnames", ())]
        found = self._read_query(cte["ctequery"], scope, names)
        if found is None:
            self._without_key.add(made)
        self._join(made, found)

    def _read_query(self, query: Node, scope: _Scope, names: Sequence[str] = ()) -> str | None:
        """Return the node of the team_id of *query*, whose columns are called *names*."""
        found = self.read(query, scope, names.index(KEY) if KEY in names else None)
        return found if KEY in names or not names else None

    def _read_union(self, node: Node, scope: _Scope, place: int | None) -> str | None:
        one, other = (self.read(node[side], scope, place) for side in ("larg", "rarg"))
        self._join(one, other)
        return one or other

    def _read_insert(self, node: Node, scope: _Scope) -> str:
        relation, columns = node["relation"], [col["name"] for col in node.get("cols", ())]
        made = self._add_table(relation, scope)
        query = node.get("selectStmt", {})
        if query.get("valuesLists"):
            for row in query["valuesLists"]:
                if KEY in columns:
                    self._join(made, self._find_value(row[columns.index(KEY)], scope))
            self._read_parts(query, scope)
        elif query:
            self._join(made, self._read_query(query, scope, columns))
        conflict = node.get("onConflictClause", {})
        self.non_immutable += [f"{name}() in ON CONFLICT" for name in _list_non_immutable(conflict)]
        self._read_parts(
            {"conflict": conflict, "returning": node.get("returningClause", {})}, scope, set()
        )
        return made

    def _read_source(self, node: Node, scope: _Scope) -> None:
        kind = node["@"]
        if kind == "RangeVar":
            self._add_source(node, scope)
        elif kind == "JoinExpr":
            self._read_join(node, scope)
        elif kind == "RangeSubselect":
            names = [name["sval"] for name in node["alias"].get("colnames", ())]
            found = self._read_query(node["subquery"], scope, names)
            if found:
                scope.sources[node["alias"]["aliasname"]] = found
        else:
            self._read_parts(node, scope)

    def _read_join(self, node: Node, scope: _Scope) -> None:
        before = dict(scope.sources)
        self._read_source(node["larg"], scope)
        left = [one for name, one in scope.sources.items() if name not in before]
        self._read_source(node["rarg"], scope)
        right = [n for k, n in scope.sources.items() if k not in before and n not in left]
        if any(name["sval"] == KEY for name in node.get("usingClause", ())) and left and right:
            self._join(left[0], right[0])
        self._read_parts({"quals": node.get("quals", {})}, scope)

    def _add_source(self, node: Node, scope: _Scope) -> None:
        name = node["relname"]
        alias = node.get("alias", {}).get("aliasname", name)
        cte = None if node.get("schemaname") else scope.find_cte(name)
        if cte in self._without_key:
            return
        if cte:
            scope.sources[alias] = self._make_node(name)
            self._join(scope.sources[alias], cte)
        else:
            self._add_table(node, scope)

    def _add_table(self, node: Node, scope: _Scope) -> str:
        name = node["relname"]
        made = self._make_node(name)
        if not name.startswith("pg_") and not name.startswith("_yoyo") and name not in TEMPORARY:
            self.tables[made] = made
            scope.sources[node.get("alias", {}).get("aliasname", name)] = made
        return made

    def _read_parts(self, node: Any, scope: _Scope, without: Collection[str] = ()) -> None:
        """Read everything else: the equalities and the subqueries."""
        if isinstance(node, Sequence) and not isinstance(node, str):
            for part in node:
                self._read_node(part, scope)
        elif isinstance(node, Mapping):
            for name, part in node.items():
                if name not in without:
                    self._read_node(part, scope)

    def _read_node(self, node: Any, scope: _Scope) -> None:
        kind = node.get("@") if isinstance(node, Mapping) else None
        if kind in {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt"}:
            self.read(node, scope)
        elif kind == "SubLink":
            self._read_sublink(node, scope)
        elif kind and _is_conditional(node):
            before, self._in_condition = self._in_condition, True
            self._read_parts(node, scope)
            self._in_condition = before
        else:
            if kind == "A_Expr" and not self._in_condition:
                self._read_equality(node, scope)
            self._read_parts(node, scope)

    def _read_equality(self, node: Mapping[str, Any], scope: _Scope) -> None:
        if node["kind"]["name"] == "AEXPR_OP" and node["name"][0]["sval"] == "=":
            left, right = (_list_values(node.get(side, {})) for side in ("lexpr", "rexpr"))
            for one, other in zip(left, right, strict=False):
                if KEY in {_name_field(one), _name_field(other)}:
                    self._join(self._find_value(one, scope), self._find_value(other, scope))

    def _read_sublink(self, node: Mapping[str, Any], scope: _Scope) -> None:
        tested = [_name_field(one) for one in _list_values(node.get("testexpr", {}))]
        if KEY not in tested or node["subLinkType"]["name"] != "ANY_SUBLINK":
            self.read(node["subselect"], scope)
            return
        found = self._read_query(node["subselect"], scope)
        if found:
            value = _list_values(node["testexpr"])[tested.index(KEY)]
            self._join(self._find_value(value, scope), found)

    def _find_result(self, node: Node, scope: _Scope, place: int | None) -> str | None:
        returning = node.get("returningClause", {}).get("exprs", ())
        targets = node.get("targetList", ()) if node["@"] == "SelectStmt" else returning
        for number, target in enumerate(targets):
            name = _name_column(target)
            if name == "*":
                fields = target["val"]["fields"]
                return scope.find_source(fields[0]["sval"]) if len(fields) > 1 else scope.find_key()
            if number == place or (place is None and name == KEY):
                return self._find_value(target["val"], scope)
        return None

    def _find_value(self, node: Mapping[str, Any], scope: _Scope) -> str | None:
        while node.get("@") == "TypeCast":
            node = node["arg"]
        if node.get("@") == "ParamRef":
            return f"${node['number']}"
        if node.get("@") == "A_Const" and "val" in node:
            return f"$'{node['val'].get('sval')}'"
        if node.get("@") == "ColumnRef" and _name_field(node) == KEY:
            fields = node["fields"]
            return scope.find_source(fields[0]["sval"]) if len(fields) > 1 else scope.find_key()
        return None


def _is_conditional(node: Mapping[str, Any]) -> bool:
    """Return whether conditions inside *node* may be false for a row of the result."""
    either = node.get("@") == "BoolExpr" and node["boolop"]["name"] != "AND_EXPR"
    return either or node.get("@") == "CaseExpr"


def _list_values(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(node["args"]) if node.get("@") == "RowExpr" else [node] if node else []


def _name_field(node: Mapping[str, Any]) -> str:
    while node.get("@") == "TypeCast":
        node = node["arg"]
    fields = node.get("fields", ()) if node.get("@") == "ColumnRef" else ()
    return fields[-1].get("sval", "*") if fields else ""


def _name_column(target: Mapping[str, Any]) -> str:
    return target.get("name") or _name_field(target.get("val", {}))


def _list_non_immutable(node: Any) -> Iterator[str]:
    for one in _list_kinds(node, {"SQLValueFunction", "FuncCall"}):
        if one["@"] == "SQLValueFunction":
            yield one["op"]["name"].removeprefix("SVFOP_").lower()
        elif one["funcname"][-1]["sval"] in NON_IMMUTABLE:
            yield one["funcname"][-1]["sval"]


def _list_kinds(node: Any, kinds: Collection[str]) -> Iterator[Node]:
    """Yield the nodes of *kinds* in *node*, including nested ones."""
    if isinstance(node, Mapping):
        if node.get("@") in kinds:
            yield dict(node)
        node = list(node.values())
    if isinstance(node, Sequence) and not isinstance(node, str):
        for part in node:
            yield from _list_kinds(part, kinds)
