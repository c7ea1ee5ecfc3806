-- What a workspace decides for itself: settings, seasons, bans, names that are one; other ways to
-- vote; and what admins did.
-- depends: 0005.operations

CREATE TABLE settings (
    team_id    text NOT NULL,
    channel_id text NOT NULL DEFAULT '',
    name       text NOT NULL,
    value      jsonb NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT settings_pkey PRIMARY KEY (team_id, channel_id, name)
);
COMMENT ON COLUMN settings.channel_id IS 'Empty for the whole workspace.';

CREATE TABLE seasons (
    team_id   text NOT NULL,
    number    integer NOT NULL,
    name      text NOT NULL,
    begins_at timestamptz NOT NULL DEFAULT now(),
    begun_by  text NOT NULL,
    CONSTRAINT seasons_pkey PRIMARY KEY (team_id, number),
    CONSTRAINT seasons_after_the_first CHECK (number > 1)
);
COMMENT ON TABLE seasons IS 'Seasons that were begun; the first begins with the first vote.';

CREATE TABLE bans (
    team_id   text NOT NULL,
    user_id   text NOT NULL,
    until     timestamptz,
    banned_by text NOT NULL,
    banned_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bans_pkey PRIMARY KEY (team_id, user_id)
);
COMMENT ON COLUMN bans.until IS 'Null: until it is lifted.';

CREATE TABLE aliases (
    team_id   text NOT NULL,
    target_id text NOT NULL,
    into_id   text NOT NULL,
    merge     text NOT NULL,
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT aliases_pkey PRIMARY KEY (team_id, target_id),
    CONSTRAINT aliases_of_another CHECK (target_id <> into_id)
);
COMMENT ON TABLE aliases IS 'People and things that were merged: votes for one are for the other.';
COMMENT ON COLUMN aliases.merge IS 'The message_ts of the rows that moved the points.';

CREATE TABLE audit (
    id        bigint GENERATED ALWAYS AS IDENTITY,
    team_id   text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    by_id     text NOT NULL,
    act       text NOT NULL,
    about     text NOT NULL DEFAULT '',
    before    jsonb,
    after     jsonb,
    note      text,
    CONSTRAINT audit_pkey PRIMARY KEY (team_id, id)
);
COMMENT ON TABLE audit IS 'What admins did; rows are only ever added.';
COMMENT ON COLUMN audit.about IS 'The person, thing, setting or channel that it was done to.';

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE TABLE cooldowns (
    team_id   text NOT NULL,
    giver_id  text NOT NULL,
    target_id text NOT NULL,
    given_at  timestamptz NOT NULL,
    CONSTRAINT cooldowns_pkey PRIMARY KEY (team_id, giver_id, target_id)
);
CREATE INDEX cooldowns_over ON cooldowns (given_at);

CREATE TABLE refusals (
    team_id text NOT NULL,
    day     date NOT NULL,
    reason  text NOT NULL,
    votes   bigint NOT NULL,
    CONSTRAINT refusals_pkey PRIMARY KEY (team_id, day, reason)
);
COMMENT ON TABLE refusals IS 'How often votes were refused, by reason.';

CREATE TABLE reactions (
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    message_ts text NOT NULL,
    voter_id   text NOT NULL,
    emoji      text NOT NULL,
    target_id  text NOT NULL,
    points     integer NOT NULL,
    present    boolean NOT NULL,
    changed_ts text COLLATE "C" NOT NULL,
    CONSTRAINT reactions_pkey PRIMARY KEY (team_id, channel_id, message_ts, voter_id, emoji)
);
COMMENT ON TABLE reactions IS 'Reactions that are votes, or were: the latest of each decides.';
CREATE INDEX reactions_by_voter ON reactions (team_id, voter_id);

CREATE TABLE offers (
    id         bigint GENERATED ALWAYS AS IDENTITY,
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    message_ts text NOT NULL,
    thread_ts  text,
    voter_id   text NOT NULL,
    handle     text NOT NULL,
    user_id    text NOT NULL,
    points     integer NOT NULL DEFAULT 1,
    reason     text,
    because    text,
    spelling   text NOT NULL DEFAULT '',
    answer     text,
    offered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT offers_pkey PRIMARY KEY (team_id, id),
    CONSTRAINT offers_once UNIQUE (team_id, channel_id, message_ts, handle, user_id),
    CONSTRAINT offers_answered CHECK (answer IN ('person', 'thing'))
);
COMMENT ON TABLE offers IS 'Typed names that may mean a person: what the voter says they mean.';
COMMENT ON COLUMN offers.points IS 'The vote that waits for the answer, with reason and spelling.';

CREATE TABLE digests (
    team_id text NOT NULL,
    day     date NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT digests_pkey PRIMARY KEY (team_id, day)
);
COMMENT ON TABLE digests IS 'Days whose votes were told to those who got them.';

ALTER TABLE members ADD COLUMN handle text;
ALTER TABLE members ADD COLUMN nickname text;
ALTER TABLE members ADD COLUMN time_zone text;
ALTER TABLE members ADD COLUMN home_team text;
ALTER TABLE members ADD COLUMN home_name text;
ALTER TABLE members ADD COLUMN kind text NOT NULL DEFAULT 'member';
COMMENT ON COLUMN members.handle IS 'What is typed after an @, casefolded.';
COMMENT ON COLUMN members.nickname IS 'The display name, casefolded: it is typed after an @ as well.';
COMMENT ON COLUMN members.home_team IS 'The workspace of somebody who is not of this one.';
COMMENT ON COLUMN members.home_name IS 'What that workspace is called, where Slack has said.';
COMMENT ON COLUMN members.kind IS 'member, guest, bot or stranger.';
CREATE INDEX members_by_handle ON members (team_id, handle) WHERE handle IS NOT NULL;
CREATE INDEX members_by_nickname ON members (team_id, nickname) WHERE nickname IS NOT NULL;

ALTER TABLE messages ADD COLUMN slot text NOT NULL DEFAULT '';
ALTER TABLE messages DROP CONSTRAINT messages_pkey;
ALTER TABLE messages ADD CONSTRAINT messages_pkey
    PRIMARY KEY (team_id, channel_id, message_ts, slot);
COMMENT ON COLUMN messages.slot IS
    'Whose vote on the message it is, by reaction or shortcut; empty for what the message says.';
CREATE INDEX messages_by_slot ON messages (team_id, slot) WHERE slot <> '';

ALTER TABLE outbox ADD COLUMN slot text NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN way text NOT NULL DEFAULT 'post';
ALTER TABLE outbox DROP CONSTRAINT outbox_once;
ALTER TABLE outbox ADD CONSTRAINT outbox_once
    UNIQUE (team_id, channel_id, message_ts, kind, only_for, slot);
DROP INDEX outbox_aside;
CREATE INDEX outbox_aside ON outbox (team_id, id) WHERE kind <> 'votes' OR only_for <> '';
COMMENT ON COLUMN outbox.slot IS 'Which votes on the message it answers, as in messages.';
COMMENT ON COLUMN outbox.way IS 'post, or reaction: the app reacts to the message instead.';

ALTER TABLE vote_history ADD COLUMN slot text NOT NULL DEFAULT '';
ALTER TABLE vote_history ADD COLUMN season integer NOT NULL DEFAULT 1;
ALTER TABLE vote_history ADD COLUMN week_shift smallint NOT NULL DEFAULT 0;
ALTER TABLE vote_history ADD COLUMN giver_day date;
COMMENT ON COLUMN vote_history.slot IS 'Which votes on the message they are, as in messages.';
COMMENT ON COLUMN vote_history.season IS 'The season whose boards hold the vote.';
COMMENT ON COLUMN vote_history.week_shift IS
    'By how many days weeks began before Monday then: 0, 1 for Sunday, 2 for Saturday.';
COMMENT ON COLUMN vote_history.giver_day IS
    'The day from whose allowance it was given, in the giver''s time zone; null: from none.';

INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT team_id, board || '/S1', target_id, score FROM leaderboard
WHERE board !~ '/([0-9]{4}-|S[0-9])';
INSERT INTO archived_shares (team_id, board, target_id, points)
SELECT team_id, board || '/S1', target_id, points FROM archived_shares;

ALTER TABLE homes DROP CONSTRAINT homes_span;
ALTER TABLE homes ADD CONSTRAINT homes_span CHECK (span IN ('week', 'month', 'season', 'all'));
