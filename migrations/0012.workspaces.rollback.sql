CREATE OR REPLACE FUNCTION hold_rules(team text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('rules'), hashtext(team));
    RETURN coalesce((SELECT rules FROM workspaces WHERE team_id = team), 0);
END $$;
