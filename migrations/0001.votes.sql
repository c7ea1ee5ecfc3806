-- The ledger, the boards read from it, and what one statement per message needs beside them.

-- One row per message that held a vote, now or before: the insert that wins decides who counts.
-- A message changed or deleted before it was heard has one too, for as long as Slack may still
-- deliver the original.
CREATE TABLE messages (
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    message_ts text NOT NULL,
    revision   text COLLATE "C" NOT NULL DEFAULT '',
    voted      boolean NOT NULL DEFAULT true,
    heard_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT messages_pkey PRIMARY KEY (team_id, channel_id, message_ts)
);
COMMENT ON COLUMN messages.revision IS
    'Version that counts: empty for the first, then the time of the edit, at last deleted.';
COMMENT ON COLUMN messages.voted IS 'Whether any version heard so far held a vote.';
CREATE INDEX messages_without_votes ON messages (team_id, heard_at) WHERE NOT voted;

-- The ledger. Rows are only ever appended; an edit, a deletion or an undo appends its own.
CREATE TABLE vote_history (
    id         bigint GENERATED ALWAYS AS IDENTITY,
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    message_ts text NOT NULL,
    voter_id   text NOT NULL,
    target_id  text NOT NULL,
    delta      bigint NOT NULL,
    reason     text,
    kind       text NOT NULL DEFAULT 'vote',
    voted_at   timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT vote_history_pkey PRIMARY KEY (team_id, id),
    CONSTRAINT vote_history_says_something CHECK (delta <> 0),
    CONSTRAINT vote_history_nobody_for_oneself CHECK (kind <> 'vote' OR voter_id <> target_id),
    CONSTRAINT vote_history_target_named CHECK (target_id <> '' AND target_id <> 'thing:')
);
COMMENT ON COLUMN vote_history.voted_at IS
    'When the message was written: the boards of that month and week hold the vote.';
CREATE INDEX vote_history_by_message ON vote_history (team_id, channel_id, message_ts);

-- Every board, of people, things, givers and channels, all time and by period, in one table.
CREATE TABLE leaderboard (
    team_id    text NOT NULL,
    board      text NOT NULL,
    target_id  text NOT NULL,
    score      bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT leaderboard_pkey PRIMARY KEY (team_id, board, target_id),
    CONSTRAINT leaderboard_board_named CHECK (board <> '')
);
CREATE INDEX leaderboard_ranked ON leaderboard (team_id, board, score DESC, target_id);

-- How a thing was last written.
CREATE TABLE things (
    team_id   text NOT NULL,
    target_id text NOT NULL,
    spelling  text NOT NULL,
    CONSTRAINT things_pkey PRIMARY KEY (team_id, target_id),
    CONSTRAINT things_are_things CHECK (starts_with(target_id, 'thing:'))
);

-- Points a giver has spent on a day, kept only where there is an allowance.
CREATE TABLE allowances (
    team_id  text NOT NULL,
    giver_id text NOT NULL,
    day      date NOT NULL,
    spent    bigint NOT NULL,
    CONSTRAINT allowances_pkey PRIMARY KEY (team_id, giver_id, day),
    CONSTRAINT allowances_not_negative CHECK (spent >= 0)
);

-- What the app will say: written with the vote, posted afterwards.
CREATE TABLE outbox (
    id            bigint GENERATED ALWAYS AS IDENTITY,
    team_id       text NOT NULL,
    channel_id    text NOT NULL,
    message_ts    text NOT NULL,
    kind          text NOT NULL,
    only_for      text NOT NULL DEFAULT '',
    thread_ts     text,
    body          jsonb NOT NULL,
    version       integer NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz NOT NULL DEFAULT now(),
    attempts      integer NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    done_at       timestamptz,
    posted_ts     text,
    dropped       text,
    CONSTRAINT outbox_pkey PRIMARY KEY (team_id, id),
    CONSTRAINT outbox_once UNIQUE (team_id, channel_id, message_ts, kind, only_for)
);
COMMENT ON COLUMN outbox.message_ts IS 'The message that is answered: each is answered once.';
COMMENT ON COLUMN outbox.only_for IS 'Who alone sees it (ephemeral); empty for everyone.';
COMMENT ON COLUMN outbox.version IS 'Grows with each change of the body, by an edit.';
COMMENT ON COLUMN outbox.posted_ts IS 'The message in which it stands; several may share one.';
COMMENT ON COLUMN outbox.claimed_until IS 'Until when the process that is posting it may take.';
COMMENT ON COLUMN outbox.dropped IS 'Why it will never be posted.';
CREATE INDEX outbox_waiting ON outbox (team_id, channel_id, id) WHERE done_at IS NULL;
CREATE INDEX outbox_posted ON outbox (team_id, channel_id, posted_ts) WHERE posted_ts IS NOT NULL;

-- When a channel (or, with an empty channel, the whole workspace) takes its next post.
CREATE TABLE turns (
    team_id    text NOT NULL,
    channel_id text NOT NULL,
    free_at    timestamptz NOT NULL,
    CONSTRAINT turns_pkey PRIMARY KEY (team_id, channel_id)
);

-- What people are called, so that a board names them without asking Slack.
CREATE TABLE members (
    team_id    text NOT NULL,
    user_id    text NOT NULL,
    name       text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT members_pkey PRIMARY KEY (team_id, user_id)
);
