"""`tests.one_workspace` must recognize statements that touch more than one workspace."""

import pytest

from tests.one_workspace import find_faults

FINE = [
    "SELECT 1",
    "SELECT relname FROM pg_class",
    "SELECT cast_votes(%(team)s, %(votes)s)",
    "SELECT score FROM leaderboard WHERE team_id = %s AND board = %s",
    "SELECT EXISTS (SELECT FROM imports WHERE team_id = '')",
    "SELECT a FROM leaderboard AS l JOIN members AS m USING (team_id, x) WHERE l.team_id = %(t)s",
    (
        "SELECT a FROM members AS m WHERE team_id = %s AND (x OR EXISTS (SELECT FROM things AS t"
        " WHERE t.team_id = m.team_id))"
    ),
    (
        "SELECT x FROM members AS m, LATERAL (SELECT y FROM things AS t"
        " WHERE t.team_id = m.team_id) AS q WHERE m.team_id = %s"
    ),
    "INSERT INTO things (team_id, target_id) VALUES (%(t)s, 'x') ON CONFLICT DO NOTHING",
    "INSERT INTO things (team_id, target_id) SELECT %(t)s, s.b FROM unnest(%(bs)s::text[]) s (b)",
    (
        "WITH a AS (SELECT %(t)s::text AS team_id, g.* FROM unnest(%(c)s::text[]) AS g (x)), b AS"
        " (INSERT INTO messages (team_id, x) SELECT team_id, x FROM a RETURNING team_id, x)"
        " SELECT * FROM outbox JOIN b USING (team_id, x)"
    ),
    (
        "WITH gone AS (DELETE FROM allowances WHERE (team_id, day) = (%(t)s, %(d)s)"
        " RETURNING team_id) INSERT INTO allowances (team_id, day) SELECT team_id, now() FROM gone"
    ),
    "UPDATE members AS m SET x = 2 FROM things AS t WHERE m.team_id = t.team_id AND t.team_id = %s",
    "UPDATE members SET x = CASE WHEN x > 2 THEN 1 ELSE 2 END, at = now() WHERE team_id = %s",
    "DELETE FROM members WHERE (team_id, x) IN (SELECT team_id, x FROM things WHERE team_id = %s)",
]
FAULTS = {
    "SELECT score FROM leaderboard": "leaderboard is not bound",
    "SELECT score FROM leaderboard WHERE team_id = ANY(%s)": "leaderboard is not bound",
    "SELECT 1 FROM members WHERE team_id = %s OR x = 1": "members is not bound",
    "SELECT 1 FROM members WHERE NOT team_id = %s": "members is not bound",
    "SELECT a FROM leaderboard AS l JOIN members USING (x) WHERE l.team_id = %s": (
        "members is not bound"
    ),
    "INSERT INTO things (team_id, x) SELECT s.t, 1 FROM unnest(%(ts)s::text[]) AS s (t)": (
        "things is not bound"
    ),
    "UPDATE members AS m SET x = 2 FROM things AS t WHERE (m.team_id, t.team_id) = (%s, %s)": (
        "two parameters name a workspace"
    ),
    "INSERT INTO things (team_id) VALUES (%s) ON CONFLICT (team_id) DO UPDATE SET at = now()": (
        "now() in ON CONFLICT"
    ),
    "UPDATE outbox SET at = CASE WHEN x THEN at ELSE now() END WHERE team_id = %s": "now() in CASE",
}


@pytest.mark.parametrize("sql", FINE)
def test_statements_of_one_workspace_pass(sql):
    assert find_faults(sql) == []


@pytest.mark.parametrize("sql", FAULTS)
def test_several_workspaces_or_none_are_detected(sql):
    assert find_faults(sql) == [FAULTS[sql]]
