-- Who is shown nowhere, which channels are private, who looks at their App Home, and who was told.
-- depends: 0003.days

CREATE TABLE hidden_members (
    team_id text NOT NULL,
    user_id text NOT NULL,
    why     text NOT NULL,
    since   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT hidden_members_pkey PRIMARY KEY (team_id, user_id, why),
    CONSTRAINT hidden_members_for_a_reason CHECK (why IN ('opted_out', 'deactivated', 'forgotten'))
);
COMMENT ON TABLE hidden_members IS 'People who are shown on no board.';
CREATE INDEX hidden_members_out ON hidden_members (team_id, user_id) WHERE why = 'opted_out';

ALTER TABLE channels ADD COLUMN private boolean;
COMMENT ON COLUMN channels.private IS
    'Whether only its members may know of it; null where Slack has not said, which counts as yes.';
CREATE INDEX channels_public ON channels (team_id, channel_id) WHERE NOT private;

CREATE TABLE homes (
    team_id       text NOT NULL,
    user_id       text NOT NULL,
    opened_at     timestamptz NOT NULL DEFAULT now(),
    span          text NOT NULL DEFAULT 'all',
    asked         bigint NOT NULL DEFAULT 1,
    claimed_until timestamptz,
    published_at  timestamptz,
    mark          text,
    hash          text NOT NULL DEFAULT '',
    CONSTRAINT homes_pkey PRIMARY KEY (team_id, user_id),
    CONSTRAINT homes_span CHECK (span IN ('week', 'month', 'all'))
);
COMMENT ON TABLE homes IS 'App Homes opened lately, which follow the scores they show.';
CREATE INDEX homes_opened ON homes (opened_at);

CREATE TABLE told (
    team_id text NOT NULL,
    user_id text NOT NULL,
    about   text NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT told_pkey PRIMARY KEY (team_id, user_id, about)
);
COMMENT ON TABLE told IS 'What somebody was told already and is not told again.';
CREATE INDEX told_about ON told (team_id, about);

-- What names the person who asked, not whom votes went to: few rows, found when one is forgotten.
CREATE INDEX outbox_aside ON outbox (team_id, id) WHERE kind <> 'votes';
