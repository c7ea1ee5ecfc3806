DROP INDEX vote_history_by_day;
DROP TABLE timers;
