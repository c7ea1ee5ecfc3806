DROP INDEX told_about;
CREATE INDEX told_about ON told (team_id, about);
COMMENT ON INDEX told_about IS 'Finds who was told of somebody, when they are forgotten.';
