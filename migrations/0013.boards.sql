-- Boards that nobody asks for daily are no rows any more: those of channels and givers that lack
-- here are answered from the ledger, and the first season has boards of its own once the second
-- begins. app/core/boards/kept_boards.py says which are kept.
-- depends: 0009.joining 0010.timers

DELETE FROM leaderboard
WHERE board ~ '^channel/.*/[0-9]{4}-' OR board ~ '^givers/[0-9]{4}-[0-9]{2}-[0-9]{2}$'
    OR (board ~ '/S[0-9]+$' AND team_id NOT IN (SELECT team_id FROM seasons));

-- What was given on some days, and where: boards of givers by day, of a channel by any period.
DROP INDEX vote_history_by_day;
CREATE INDEX vote_history_by_day ON vote_history (team_id, day, channel_id) WHERE day IS NOT NULL;
