-- What people mean by a name that they type: asked once, and remembered.
-- depends: 0014.comments

CREATE TABLE meanings (
    team_id    text NOT NULL,
    voter_id   text NOT NULL,
    handle     text NOT NULL,
    user_id    text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT meanings_pkey PRIMARY KEY (team_id, voter_id, handle)
);
CREATE INDEX meanings_of ON meanings (team_id, user_id);
COMMENT ON TABLE meanings IS
    'What a voter has said that a typed name means: it holds for their later messages.';
COMMENT ON COLUMN meanings.team_id IS 'The workspace.';
COMMENT ON COLUMN meanings.voter_id IS 'Who said so.';
COMMENT ON COLUMN meanings.handle IS 'The name as it is typed, casefolded.';
COMMENT ON COLUMN meanings.user_id IS 'The person; empty for the thing of that name.';
COMMENT ON COLUMN meanings.decided_at IS 'When they said so.';
COMMENT ON INDEX meanings_of IS 'Finds the names that mean somebody, when they are forgotten.';
