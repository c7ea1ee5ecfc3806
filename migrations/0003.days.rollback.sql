DELETE FROM leaderboard WHERE board ~ '/[0-9]{4}-[0-9]{2}-[0-9]{2}$';
DELETE FROM vote_history WHERE delta = 0;
ALTER TABLE vote_history DROP CONSTRAINT vote_history_says_something;
ALTER TABLE vote_history ADD CONSTRAINT vote_history_says_something CHECK (delta <> 0);
DROP INDEX vote_history_by_voter;
DROP INDEX vote_history_by_target;
DROP INDEX vote_history_words;
ALTER TABLE vote_history DROP COLUMN words;
ALTER TABLE vote_history DROP COLUMN day;
