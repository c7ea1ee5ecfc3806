DROP INDEX vote_history_by_day;
CREATE INDEX vote_history_by_day ON vote_history (team_id, day);

-- What the version before wrote after the migration, until it was stopped.
DELETE FROM leaderboard
WHERE board ~ '^channel/.*/[0-9]{4}-' OR board ~ '^givers/[0-9]{4}-[0-9]{2}-[0-9]{2}$'
    OR (board ~ '/S[0-9]+$' AND team_id NOT IN (SELECT team_id FROM seasons));

-- From the ledger, but for periods that were pruned or archived.
WITH step AS (
    SELECT *, sum(delta) OVER (
        PARTITION BY team_id, voter_id, channel_id, message_ts, slot, target_id ORDER BY id) AS net
    FROM vote_history WHERE day IS NOT NULL
), share (team_id, board, target_id, points, what, day) AS (
    SELECT team_id, 'givers' || to_char(day, '/YYYY-MM-DD'), voter_id,
        abs(net) - abs(net - delta), 'day', day
    FROM step WHERE voter_id <> ''
    UNION ALL
    SELECT team_id, 'channel/' || channel_id || name, target_id, delta, what, since
    FROM vote_history CROSS JOIN LATERAL (VALUES
        (to_char(day, '/YYYY-MM'), 'month', day),
        (to_char(day + week_shift, '/IYYY"-W"IW'), 'week', day + week_shift),
        (to_char(day, '/YYYY-MM-DD'), 'day', day)
    ) AS p (name, what, since)
    WHERE day IS NOT NULL AND channel_id <> '' AND NOT starts_with(target_id, 'thing:')
)
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT share.team_id, board, target_id, sum(points)
FROM share LEFT JOIN horizons AS h ON (h.team_id, h.what) = (share.team_id, share.what)
WHERE h.first IS NULL OR share.day >= h.first
GROUP BY share.team_id, board, target_id;

INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT team_id, board || '/S1', target_id, score FROM leaderboard
WHERE board !~ '/([0-9]{4}-|S[0-9]+$)' AND team_id NOT IN (SELECT team_id FROM seasons);
