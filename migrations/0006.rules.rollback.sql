DELETE FROM leaderboard WHERE board ~ '/S[0-9]+$';

ALTER TABLE vote_history DROP COLUMN giver_day;
ALTER TABLE vote_history DROP COLUMN week_shift;
ALTER TABLE vote_history DROP COLUMN season;
ALTER TABLE vote_history DROP COLUMN slot;

DELETE FROM outbox WHERE slot <> '';
ALTER TABLE outbox DROP CONSTRAINT outbox_once;
ALTER TABLE outbox ADD CONSTRAINT outbox_once
    UNIQUE (team_id, channel_id, message_ts, kind, only_for);
ALTER TABLE outbox DROP COLUMN way;
ALTER TABLE outbox DROP COLUMN slot;

DELETE FROM messages WHERE slot <> '';
ALTER TABLE messages DROP CONSTRAINT messages_pkey;
ALTER TABLE messages DROP COLUMN slot;
ALTER TABLE messages ADD CONSTRAINT messages_pkey PRIMARY KEY (team_id, channel_id, message_ts);

DROP INDEX members_by_handle;
ALTER TABLE members DROP COLUMN kind;
ALTER TABLE members DROP COLUMN home_team;
ALTER TABLE members DROP COLUMN time_zone;
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
