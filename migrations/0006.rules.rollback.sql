-- Votes of weeks that began before Monday count for those from Monday to Sunday again once
-- bin/verify --rebuild has run.
UPDATE homes SET span = 'all' WHERE span = 'season';
ALTER TABLE homes DROP CONSTRAINT homes_span;
ALTER TABLE homes ADD CONSTRAINT homes_span CHECK (span IN ('week', 'month', 'all'));

DELETE FROM leaderboard WHERE board ~ '/S[0-9]+$';
DELETE FROM archived_shares WHERE board ~ '/S[0-9]+$';

-- Reactions stay votes of their own, apart from what the message says.
UPDATE vote_history SET message_ts = message_ts || '/' || slot WHERE slot <> '';

ALTER TABLE vote_history DROP COLUMN giver_day;
ALTER TABLE vote_history DROP COLUMN week_shift;
ALTER TABLE vote_history DROP COLUMN season;
ALTER TABLE vote_history DROP COLUMN slot;

DELETE FROM outbox
WHERE slot <> '' OR way <> 'post' OR kind = 'digest' OR (kind = 'votes' AND only_for <> '');
DROP INDEX outbox_aside;
CREATE INDEX outbox_aside ON outbox (team_id, id) WHERE kind <> 'votes';
ALTER TABLE outbox DROP CONSTRAINT outbox_once;
ALTER TABLE outbox ADD CONSTRAINT outbox_once
    UNIQUE (team_id, channel_id, message_ts, kind, only_for);
ALTER TABLE outbox DROP COLUMN way;
ALTER TABLE outbox DROP COLUMN slot;

DROP INDEX messages_by_slot;
UPDATE messages SET message_ts = message_ts || '/' || slot WHERE slot <> '';
ALTER TABLE messages DROP CONSTRAINT messages_pkey;
ALTER TABLE messages DROP COLUMN slot;
ALTER TABLE messages ADD CONSTRAINT messages_pkey PRIMARY KEY (team_id, channel_id, message_ts);

DROP INDEX members_by_nickname;
DROP INDEX members_by_handle;
ALTER TABLE members DROP COLUMN kind;
ALTER TABLE members DROP COLUMN home_name;
ALTER TABLE members DROP COLUMN home_team;
ALTER TABLE members DROP COLUMN time_zone;
ALTER TABLE members DROP COLUMN nickname;
ALTER TABLE members DROP COLUMN handle;

DROP TABLE digests;
DROP TABLE offers;
DROP TABLE reactions;
DROP TABLE refusals;
DROP TABLE cooldowns;
DROP TABLE audit;
DROP FUNCTION audit_is_append_only();
DROP TABLE aliases;
DROP TABLE bans;
DROP TABLE seasons;
DROP TABLE settings;
