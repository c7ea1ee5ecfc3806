-- Only who was told that somebody has opted out is looked up by what was told: what else was told,
-- such as why votes didn't count, stands in no index but the key.
-- depends: 0019.years

DROP INDEX told_about;
CREATE INDEX told_about ON told (team_id, about) WHERE starts_with(about, 'opted_out/');
COMMENT ON INDEX told_about IS
    'Finds who was told that somebody has opted out, when they opt in again or are forgotten.';
