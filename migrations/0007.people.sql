-- Limits of people, whatever they are called and whatever else happens: who is one person, by which
-- rules a vote was judged, and what a message's votes were paid from.
-- depends: 0006.rules

CREATE TABLE workspaces (
    team_id    text NOT NULL,
    rules      bigint NOT NULL DEFAULT 0,
    person_key text,
    CONSTRAINT workspaces_pkey PRIMARY KEY (team_id)
);
COMMENT ON TABLE workspaces IS 'What there is once in each workspace.';
COMMENT ON COLUMN workspaces.rules IS
    'Grows with each change of what votes are judged by: settings, seasons, bans, merges, opt-outs.';
COMMENT ON COLUMN workspaces.person_key IS
    'Keys the hashes of people where SECRET_KEY is not set; random.';

-- The lock is of its own, because whoever changes the rules must not starve behind those who read
-- them. A function sees what was committed while it waited; the statement around it does not.
CREATE FUNCTION hold_rules(team text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('rules'), hashtext(team));
    RETURN coalesce((SELECT rules FROM workspaces WHERE team_id = team), 0);
END $$;
COMMENT ON FUNCTION hold_rules(text) IS
    'The version of the rules of a workspace, which stays so until the transaction ends.';

CREATE FUNCTION change_rules(team text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE version bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('rules'), hashtext(team));
    INSERT INTO workspaces AS w (team_id, rules) VALUES (team, 1)
    ON CONFLICT (team_id) DO UPDATE SET rules = w.rules + 1
    RETURNING w.rules INTO version;
    RETURN version;
END $$;
COMMENT ON FUNCTION change_rules(text) IS
    'Lets no vote be stored until the transaction ends, and those that were judged before be judged anew.';

-- Givers are known by keyed hashes, so that nobody has a fresh allowance for having been forgotten.
-- What was spent under their ids is over within a day.
DELETE FROM allowances;
COMMENT ON COLUMN allowances.giver_id IS 'The keyed hash of a person; merged accounts are one.';

CREATE TABLE giver_days (
    team_id  text NOT NULL,
    giver_id text NOT NULL,
    day      date NOT NULL,
    since    timestamptz NOT NULL,
    spent_at timestamptz NOT NULL,
    CONSTRAINT giver_days_pkey PRIMARY KEY (team_id, giver_id)
);
COMMENT ON TABLE giver_days IS 'The day whose allowance a giver is spending.';
COMMENT ON COLUMN giver_days.since IS 'When the allowance was last renewed.';
COMMENT ON COLUMN giver_days.spent_at IS 'The time of the last vote that was paid from it.';
CREATE INDEX giver_days_over ON giver_days (team_id, since);

DELETE FROM cooldowns;
ALTER TABLE cooldowns ADD COLUMN votes jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN cooldowns.giver_id IS 'The keyed hash of a person; merged accounts are one.';
COMMENT ON COLUMN cooldowns.target_id IS 'A thing, or the keyed hash of a person.';
COMMENT ON COLUMN cooldowns.votes IS
    'The votes that stand, by a keyed hash of their message, each with its time in Unix seconds.';
COMMENT ON COLUMN cooldowns.given_at IS 'The time of the last of them.';
DROP INDEX cooldowns_over;
CREATE INDEX cooldowns_over ON cooldowns (team_id, given_at);

ALTER TABLE messages ADD COLUMN paid jsonb;
COMMENT ON COLUMN messages.paid IS
    'The points that its votes have taken from the allowance of each day; null: those of the first
    version, from the day that its rows in the ledger name.';

ALTER TABLE aliases ADD COLUMN person text;
ALTER TABLE aliases ADD COLUMN into_person text;
COMMENT ON COLUMN aliases.person IS
    'The keyed hash of whoever target_id is a pseudonym of: they were merged, and forgotten since.';
COMMENT ON COLUMN aliases.into_person IS 'The same of into_id.';
