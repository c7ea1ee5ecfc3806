DROP TABLE members;
DROP TABLE turns;
DROP TABLE outbox;
DROP TABLE allowances;
DROP TABLE things;
DROP TABLE leaderboard;
DROP TABLE vote_history;
DROP TABLE messages;
