DROP TABLE joins;
