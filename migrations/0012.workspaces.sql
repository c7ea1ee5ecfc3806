-- Every workspace has a row, so that what concerns all of them can be done in each by itself.
-- depends: 0007.people

CREATE OR REPLACE FUNCTION hold_rules(team text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE version bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('rules'), hashtext(team));
    SELECT rules INTO version FROM workspaces WHERE team_id = team;
    IF NOT FOUND THEN
        INSERT INTO workspaces (team_id) VALUES (team) ON CONFLICT DO NOTHING;
        SELECT rules INTO version FROM workspaces WHERE team_id = team;
    END IF;
    RETURN coalesce(version, 0);
END $$;

INSERT INTO workspaces (team_id)
SELECT team_id FROM vote_history UNION SELECT team_id FROM leaderboard
UNION SELECT team_id FROM channels UNION SELECT team_id FROM archived_shares
UNION SELECT team_id FROM imports UNION SELECT team_id FROM members
ON CONFLICT DO NOTHING;
