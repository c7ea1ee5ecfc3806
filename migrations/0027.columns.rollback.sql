COMMENT ON COLUMN vote_history.channel_id IS
    'The channel of the message; empty for imports and admins'' actions.';
COMMENT ON COLUMN vote_history.message_ts IS
    'The message''s ts in Slack; without a message, import/ and the batch, or adjust/ or merge/ '
    'and an id.';
COMMENT ON COLUMN vote_history.voter_id IS 'The giver.';
COMMENT ON COLUMN vote_history.voted_at IS
    'When the message was written.';
COMMENT ON COLUMN vote_history.factor IS
    'The boost''s multiplier of plus points when the message was written; 1 without a boost. The '
    'same in all rows of a message.';
COMMENT ON TABLE messages IS
    'One row per message that has held a vote, and one for each person who gave points on a '
    'message in another way. Inserting the row decides which process counts the message. An '
    'edited or deleted message that never held a vote also has a row, with voted false, so that '
    'a late delivery of the original doesn''t count; it is removed after 2 days.';
COMMENT ON COLUMN messages.revision IS
    'The version of the message that counts: empty for the first; then the time of the edit, a '
    'slash, and the time of its event (nothing after the slash if it was read from the '
    'channel''s history); then archived, if its votes were archived or somebody they name was '
    'forgotten; finally deleted, or undone if the giver took the votes back. A later version is '
    'greater in byte order; an older one changes nothing.';
COMMENT ON COLUMN messages.slot IS
    'The way in which the votes were given on the message: a person''s reactions, shortcut or '
    'form; empty for the text. A keyed hash replaces a forgotten person: their points there have '
    'counted and can''t be given again.';
COMMENT ON COLUMN outbox.channel_id IS
    'The channel of the message; for notices and digests, the reader.';
COMMENT ON COLUMN outbox.message_ts IS 'The message; for a digest, its day.';
COMMENT ON COLUMN outbox.slot IS
    'The slot of the votes it replies to, as in messages; for a notice, the message''s channel, '
    'a slash, and that.';
COMMENT ON COLUMN outbox.posted_ts IS
    'The message that contains it, which edits update in place; several replies may share one.';
COMMENT ON COLUMN told.about IS
    'The subject: opted_out/ and a person, forever; refusal/, a reason, a message and a hash of '
    'the refused targets, for an hour; refusal/rest, for a minute; hint/ and a kind, for a day.';
COMMENT ON COLUMN boosts.told_in IS 'The channel in which its end is announced, or empty.';
COMMENT ON COLUMN homes.claimed_until IS
    'When the claim of the publishing process ends; null if there is none.';
COMMENT ON COLUMN timers.body IS
    'State from the previous run; for a feed, the last ledger row it has posted.';
