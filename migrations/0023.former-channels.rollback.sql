DROP TABLE former_channels;
COMMENT ON TABLE vote_history IS
    'The ledger. Rows are only appended, never changed; but those imported before the workspace was '
    'known get its team_id, /karma forget-me puts a pseudonym in the place of an id and removes '
    'reasons, and archiving puts sums in the place of old rows.';
