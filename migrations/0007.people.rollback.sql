ALTER TABLE aliases DROP COLUMN into_person;
ALTER TABLE aliases DROP COLUMN person;

ALTER TABLE messages DROP COLUMN paid;

-- People are known by their ids again, and begin with a fresh allowance.
DELETE FROM cooldowns;
DROP INDEX cooldowns_over;
CREATE INDEX cooldowns_over ON cooldowns (given_at);
ALTER TABLE cooldowns DROP COLUMN votes;

DROP TABLE giver_days;
DELETE FROM allowances;

DROP FUNCTION change_rules(text);
DROP FUNCTION hold_rules(text);
DROP TABLE workspaces;
