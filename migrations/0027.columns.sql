-- Comments on columns that told less than their rows have.
-- depends: 0026.turns

COMMENT ON COLUMN vote_history.channel_id IS
    'The channel of the message; empty for imports, archived sums and adjustments. Merges move '
    'the points of each channel by rows of their own.';
COMMENT ON COLUMN vote_history.message_ts IS
    'The message''s ts in Slack; without a message, import/ or archive/ and the batch, or give/, '
    'step/, adjust/ or merge/ and an id.';
COMMENT ON COLUMN vote_history.voter_id IS
    'The giver; empty for points that no member gave: imports, archived sums, adjustments, '
    'merges.';
COMMENT ON COLUMN vote_history.voted_at IS
    'When the vote was given; in a message, when that was written. Its boards follow from day.';
COMMENT ON COLUMN vote_history.factor IS
    'The boost''s multiplier of plus points when the message was written; 1 without a boost. The '
    'same in all rows of a message, unless it was received under two ids of its channel.';
COMMENT ON TABLE messages IS
    'One row per message that has held a vote, one for each person who gave points on a message '
    'in another way, and one, without a channel, per command that must run only once. Inserting '
    'the row decides which process counts it. An edited or deleted message that never held a '
    'vote also has a row, with voted false, so that a late delivery of the original doesn''t '
    'count; it is removed after 2 days.';
COMMENT ON COLUMN messages.revision IS
    'The version of the message that counts: empty for the first; then the time of the edit, a '
    'slash, and the time of its event (nothing after the slash if it was read from the '
    'channel''s history), and a plus sign for each answer to a question about it; then archived, '
    'if its votes were archived or somebody they name was forgotten; finally deleted, or undone '
    'if the giver took the votes back. Votes given in another way have a number in place of '
    'times. A later version is greater in byte order; an older one changes nothing.';
COMMENT ON COLUMN messages.slot IS
    'The way in which the votes were given on the message: the person, for reactions, shortcut, '
    'form or command; the person and /joined, for joining a thank-you; empty for the text. A '
    'keyed hash replaces a forgotten person: their points there have counted and can''t be given '
    'again.';
COMMENT ON COLUMN outbox.channel_id IS
    'The channel to post in; for notices, digests and messages about a first point, the reader.';
COMMENT ON COLUMN outbox.message_ts IS
    'The message it replies to or tells of; otherwise what it is about: a digest''s day, recap/ '
    'and the period, boost/ and the event.';
COMMENT ON COLUMN outbox.slot IS
    'The slot of the votes it replies to, as in messages; where those are told elsewhere '
    '(notices, feed), the message''s channel, a slash, and that; offer/ and the id for a '
    'question.';
COMMENT ON COLUMN outbox.posted_ts IS
    'The message that contains it, which edits update in place; several replies may share one. '
    'For a vote that joins a thank-you: the message that has the app''s reaction.';
COMMENT ON COLUMN told.about IS
    'The subject: opted_out/ and a person, first_vote and first_point, forever; refusal/, a '
    'reason, a message and a hash of the refused targets, for an hour; refusal/rest, for a '
    'minute; hint/ and a kind, for a day.';
COMMENT ON COLUMN boosts.told_in IS
    'The channel in which its beginning, changes and end are announced, or empty.';
COMMENT ON COLUMN homes.claimed_until IS
    'When the claim of the publishing process ends, or a postponed page can be published; null '
    'if there is neither.';
COMMENT ON COLUMN timers.body IS
    'State from the previous run; for a feed, the ledger row after which it continues.';
