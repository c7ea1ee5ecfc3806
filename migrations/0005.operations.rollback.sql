DROP TABLE archived_shares;
DROP TABLE horizons;
DROP TABLE imports;
