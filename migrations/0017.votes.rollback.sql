DROP FUNCTION record_votes(text, jsonb);
DROP FUNCTION limit_votes(text, jsonb[], jsonb);
DROP FUNCTION note_refusals(text, jsonb);
DROP FUNCTION spend_points(text, text, date, bigint, bigint);
DROP FUNCTION find_paying_day(text, text, date, timestamptz, timestamptz);
DROP FUNCTION cool_target(text, text, text, text, timestamptz, integer);
DROP FUNCTION add_scores(text, jsonb);
