DROP FUNCTION claim_replies(text, integer, timestamptz, timestamptz, text[], text[], integer);
DROP VIEW waiting_replies;
