-- What operators do to the ledger and the boards: imports, pruning, archiving.
-- depends: 0004.people

CREATE TABLE imports (
    team_id        text NOT NULL,
    batch          text NOT NULL,
    file_hash      text NOT NULL,
    entries        bigint NOT NULL,
    points         numeric NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    rolled_back_at timestamptz,
    CONSTRAINT imports_pkey PRIMARY KEY (team_id, batch)
);
COMMENT ON TABLE imports IS
    'Files of scores taken over; the rows of one have import/ and its batch for message_ts.';
CREATE UNIQUE INDEX imports_once ON imports (team_id, file_hash) WHERE rolled_back_at IS NULL;

-- From which day on the boards of a kind of period are kept, and the ledger vote by vote.
CREATE TABLE horizons (
    team_id text NOT NULL,
    what    text NOT NULL,
    first   date NOT NULL,
    CONSTRAINT horizons_pkey PRIMARY KEY (team_id, what),
    CONSTRAINT horizons_of CHECK (what IN ('day', 'week', 'month', 'ledger'))
);

-- What archived rows of the ledger gave to boards that their sums by target cannot tell.
CREATE TABLE archived_shares (
    team_id   text NOT NULL,
    board     text NOT NULL,
    target_id text NOT NULL,
    points    bigint NOT NULL,
    CONSTRAINT archived_shares_pkey PRIMARY KEY (team_id, board, target_id)
);
CREATE INDEX archived_shares_by_target ON archived_shares (team_id, target_id);
