-- Which id a channel has that had another one before: Slack gives a private channel of old (G…) a new
-- one (C…) when it is shared with another organization.
-- depends: 0022.claims

CREATE TABLE former_channels (
    team_id    text NOT NULL,
    former_id  text NOT NULL,
    channel_id text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT former_channels_pkey PRIMARY KEY (team_id, former_id),
    CONSTRAINT former_channels_differ CHECK (former_id <> channel_id)
);
COMMENT ON TABLE former_channels IS
    'Ids that channels had before. All other tables have the id of now: what Slack still tells by a '
    'former one is taken for that.';
COMMENT ON COLUMN former_channels.team_id IS 'The Slack workspace.';
COMMENT ON COLUMN former_channels.former_id IS 'The id that the channel had.';
COMMENT ON COLUMN former_channels.channel_id IS
    'The one that it has now, also where it has had several since.';
COMMENT ON COLUMN former_channels.changed_at IS 'When the app was told.';
COMMENT ON TABLE vote_history IS
    'The ledger. Rows are only appended, never changed; but those imported before the workspace was '
    'known get its team_id, those of a channel whose id Slack changes get the new one, /karma '
    'forget-me puts a pseudonym in the place of an id and removes reasons, and archiving puts sums in '
    'the place of old rows.';
