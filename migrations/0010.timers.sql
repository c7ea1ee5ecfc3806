-- What begins or ends by itself: the times at which it is due.
-- depends: 0007.people

CREATE TABLE timers (
    team_id text NOT NULL,
    kind    text NOT NULL,
    about   text NOT NULL DEFAULT '',
    due_at  timestamptz NOT NULL,
    plan    text NOT NULL DEFAULT '',
    body    jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT timers_pkey PRIMARY KEY (team_id, kind, about)
);
COMMENT ON TABLE timers IS 'What is done at a time, once; whoever does it takes the row away.';
COMMENT ON COLUMN timers.plan IS
    'The setting that it comes from, as it was then; empty for what somebody has begun.';
CREATE INDEX timers_due ON timers (due_at, team_id);

-- A recap, a feed and a span of days that has no board read the ledger by its days.
CREATE INDEX vote_history_by_day ON vote_history (team_id, day);
