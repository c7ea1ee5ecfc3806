DROP FUNCTION settle_replies(text, timestamptz, text[], jsonb, jsonb);
DROP FUNCTION claim_replies(text, integer, timestamptz, timestamptz, text[], text[], integer);
DROP FUNCTION find_next_reply(text, timestamptz, text[]);
DROP VIEW waiting_replies;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (team_id, channel_id, id) WHERE done_at IS NULL;
COMMENT ON INDEX outbox_waiting IS 'Holds only what waits.';
