DROP FUNCTION settle_replies(text, timestamptz, text[], jsonb, jsonb);
DROP FUNCTION claim_replies(text, integer, timestamptz, timestamptz, text[], text[], integer);
DROP FUNCTION find_next_reply(text, timestamptz, text[]);
DROP VIEW waiting_replies;
