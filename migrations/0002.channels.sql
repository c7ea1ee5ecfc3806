-- How far the app has heard each channel, so that it can read what it missed.
-- depends: 0001.votes

CREATE TABLE channels (
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    heard_ts   text COLLATE "C",
    read_ts    text COLLATE "C",
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT channels_pkey PRIMARY KEY (team_id, channel_id),
    CONSTRAINT channels_heard_is_a_time CHECK (heard_ts ~ '^[0-9]{1,11}\.[0-9]{1,9}$'),
    CONSTRAINT channels_read_is_a_time CHECK (read_ts ~ '^[0-9]{1,11}\.[0-9]{1,9}$')
);
COMMENT ON COLUMN channels.heard_ts IS
    'Time of the newest event heard there; null where none was.';
COMMENT ON COLUMN channels.read_ts IS
    'From where its history is still to be read; null when nothing is.';
