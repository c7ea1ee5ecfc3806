-- The day of each vote, which names its boards; boards by day; and what reads of the ledger need.
-- depends: 0002.channels

ALTER TABLE vote_history ADD COLUMN day date;
UPDATE vote_history SET day = (voted_at AT TIME ZONE 'UTC')::date;
COMMENT ON COLUMN vote_history.day IS
    'The day of the message, in the time zone that the workspace had then: its boards are those of
    this day. Null for what belongs to no period, such as an import.';

ALTER TABLE vote_history ADD COLUMN words tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', reason)) STORED;
COMMENT ON COLUMN vote_history.words IS 'The words of the reason, for searching.';
CREATE INDEX vote_history_words ON vote_history USING gin (words) WHERE words IS NOT NULL;

CREATE INDEX vote_history_by_target ON vote_history (team_id, target_id, id DESC);
CREATE INDEX vote_history_by_voter ON vote_history (team_id, voter_id, id DESC);

-- An edit that changes only the reason has a row of its own, so that the last row tells it.
ALTER TABLE vote_history DROP CONSTRAINT vote_history_says_something;
ALTER TABLE vote_history ADD CONSTRAINT vote_history_says_something
    CHECK (delta <> 0 OR kind = 'edit');

-- The boards of the days so far.
WITH vote AS (
    SELECT team_id, channel_id, message_ts, min(voter_id) AS voter_id, target_id,
        sum(delta) AS points, day
    FROM vote_history
    GROUP BY team_id, channel_id, message_ts, target_id, day
), share (team_id, board, target_id, points) AS (
    SELECT team_id, CASE WHEN starts_with(target_id, 'thing:') THEN 'things' ELSE 'users' END
        || '/' || day, target_id, points FROM vote
    UNION ALL
    SELECT team_id, 'givers/' || day, voter_id, abs(points) FROM vote
    UNION ALL
    SELECT team_id, 'channel/' || channel_id || '/' || day, target_id, points FROM vote
    WHERE NOT starts_with(target_id, 'thing:')
)
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT team_id, board, target_id, sum(points) FROM share GROUP BY team_id, board, target_id;
