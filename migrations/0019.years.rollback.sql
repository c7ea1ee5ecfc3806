DELETE FROM leaderboard WHERE board ~ '^(users|things|givers)/[0-9]{4}(-Q[1-4])?$';
DROP TABLE long_boards;
