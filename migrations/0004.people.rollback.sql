DROP INDEX outbox_aside;
DROP TABLE told;
DROP TABLE homes;
DROP INDEX channels_public;
ALTER TABLE channels DROP COLUMN private;
DROP TABLE hidden_members;
