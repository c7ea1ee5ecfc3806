-- Quarters and years have boards of their own, made of those of months. No vote writes them: each
-- process looks every half minute whose have changed, and long_boards tells how far that has come.
-- depends: 0017.votes

CREATE TABLE long_boards (
    team_id text NOT NULL,
    settled bigint NOT NULL DEFAULT 0,
    CONSTRAINT long_boards_pkey PRIMARY KEY (team_id),
    CONSTRAINT long_boards_settled CHECK (settled >= 0)
);
COMMENT ON TABLE long_boards IS
    'How far the boards of quarters and years have followed the ledger; whoever lets them holds the row.';
COMMENT ON COLUMN long_boards.team_id IS 'The workspace.';
COMMENT ON COLUMN long_boards.settled IS
    'All rows of the ledger up to this id are in them; later ones may be.';

-- A transaction that is under way may have a lower id than one that is seen here.
INSERT INTO long_boards (team_id, settled)
SELECT team_id, max(id) FROM vote_history WHERE created_at <= now() - interval '1 minute'
GROUP BY team_id;

-- Where boards of months are no longer kept, no longer time is whole.
INSERT INTO leaderboard (team_id, board, target_id, score)
SELECT l.team_id, split_part(l.board, '/', 1) || p.name, l.target_id, sum(l.score)
FROM leaderboard AS l
CROSS JOIN LATERAL (SELECT (split_part(l.board, '/', 2) || '-01')::timestamp AS month) AS of
CROSS JOIN LATERAL (VALUES
    (to_char(of.month, '/YYYY'), date_trunc('year', of.month)),
    (to_char(of.month, '/YYYY"-Q"Q'), date_trunc('quarter', of.month))
) AS p (name, since)
LEFT JOIN horizons AS h ON h.team_id = l.team_id AND h.what = 'month'
WHERE l.board ~ '^(users|things|givers)/[0-9]{4}-[0-9]{2}$' AND (h.first IS NULL OR p.since >= h.first)
GROUP BY l.team_id, 2, l.target_id
HAVING sum(l.score) <> 0;
