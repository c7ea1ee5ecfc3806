-- Joining a thank-you: who joined which, by which way, and for whom.
-- depends: 0007.people

CREATE TABLE joins (
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    way_ts     text NOT NULL,
    voter_id   text NOT NULL,
    emoji      text NOT NULL DEFAULT '',
    message_ts text NOT NULL,
    targets    jsonb NOT NULL,
    points     integer NOT NULL,
    reason     text,
    because    text,
    present    boolean NOT NULL,
    since      timestamptz NOT NULL,
    changed_ts text COLLATE "C" NOT NULL,
    CONSTRAINT joins_pkey PRIMARY KEY (team_id, channel_id, way_ts, voter_id, emoji)
);
COMMENT ON TABLE joins IS 'Ways in which people joined a thank-you: the first that stands counts.';
COMMENT ON COLUMN joins.way_ts IS
    'The reply that joins, or what was reacted to: the message itself, or the app''s answer to it.';
COMMENT ON COLUMN joins.emoji IS 'The reaction; empty for a reply.';
COMMENT ON COLUMN joins.message_ts IS
    'The message that is joined; the joined vote is one of its votes, in the slot voter/joined.';
COMMENT ON COLUMN joins.targets IS 'Who had got points by the message then; so it stays.';
COMMENT ON COLUMN joins.present IS 'Whether it stands, or was taken back.';
COMMENT ON COLUMN joins.changed_ts IS 'The version of the reply, or when the reaction changed.';
CREATE INDEX joins_by_message ON joins (team_id, channel_id, message_ts, voter_id);
CREATE INDEX joins_by_voter ON joins (team_id, voter_id);
