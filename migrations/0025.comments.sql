-- The schema's comments in plain English.
-- depends: 0024.cooldowns

COMMENT ON TABLE aliases IS 'Merged people and things: votes for target_id count for into_id.';
COMMENT ON COLUMN aliases.target_id IS 'The person or thing that was merged.';
COMMENT ON COLUMN aliases.into_id IS 'The other one, which has the points now.';
COMMENT ON COLUMN aliases.merge IS 'The message_ts of the ledger rows that moved the points.';
COMMENT ON COLUMN aliases.person IS
    'The keyed hash of a forgotten person whose pseudonym target_id is.';
COMMENT ON COLUMN aliases.into_person IS 'The same for into_id.';
COMMENT ON TABLE allowances IS
    'The points that a giver has spent in a day. Rows are written only where there is an '
    'allowance.';
COMMENT ON COLUMN allowances.giver_id IS 'The giver, by a keyed hash; merged accounts share one.';
COMMENT ON COLUMN allowances.spent IS 'Points spent, plus and minus alike; never below 0.';
COMMENT ON TABLE archived_shares IS
    'Points from archived ledger rows on boards that can''t be computed from their sums by '
    'target and season: givers and channel/C…, for all time and for seasons (including the '
    'first, even before another has begun).';
COMMENT ON COLUMN archived_shares.target_id IS 'The person with the score.';
COMMENT ON COLUMN archived_shares.points IS 'The points that archived rows add to it.';
COMMENT ON INDEX archived_shares_by_target IS
    'Finds the rows of a person who is forgotten or merged.';
COMMENT ON TABLE audit IS
    'Admins'' actions; the trigger audit_append_only refuses UPDATE, DELETE and TRUNCATE.';
COMMENT ON COLUMN audit.id IS 'The action.';
COMMENT ON COLUMN audit.by_id IS 'The admin.';
COMMENT ON COLUMN audit.about IS
    'The person, thing, setting, channel, season or boost that it concerns.';
COMMENT ON COLUMN audit.before IS 'The value before, as JSON.';
COMMENT ON COLUMN audit.after IS 'The value after.';
COMMENT ON COLUMN audit.note IS 'The reason given.';
COMMENT ON TABLE bans IS 'People whose votes don''t count.';
COMMENT ON COLUMN bans.user_id IS 'The person.';
COMMENT ON COLUMN bans.until IS 'The end of the ban; null if it lasts until it is lifted.';
COMMENT ON COLUMN bans.banned_by IS 'The admin who banned them.';
COMMENT ON TABLE boosts IS
    'Periods in which plus points count double or triple. Rows are never removed, so that a '
    'message edited months later still counts by its own time.';
COMMENT ON COLUMN boosts.number IS 'Numbers the workspace''s boosts, from 1.';
COMMENT ON COLUMN boosts.channel_id IS 'The channel it applies to; empty for all.';
COMMENT ON COLUMN boosts.factor IS 'The multiplier of plus points.';
COMMENT ON COLUMN boosts.name IS 'Its name, or empty.';
COMMENT ON COLUMN boosts.begins_at IS 'When it began, by the database''s clock.';
COMMENT ON COLUMN boosts.ends_at IS
    'When it ends or has ended. Pauses move it; during a pause it is paused_at plus the '
    'remaining time.';
COMMENT ON COLUMN boosts.paused_at IS 'When the current pause began; null while it runs.';
COMMENT ON COLUMN boosts.pauses IS 'Past pauses; votes of messages written in them count once.';
COMMENT ON COLUMN boosts.told_in IS 'The channel in which its end is announced, or empty.';
COMMENT ON COLUMN boosts.begun_by IS 'The admin who started it.';
COMMENT ON TABLE channels IS 'Channels, and how far the app has read each.';
COMMENT ON COLUMN channels.heard_ts IS
    'The time of the newest event from the channel, as Slack''s ts; null if there was none.';
COMMENT ON COLUMN channels.read_ts IS
    'The time from which history is still to be read; null if none is.';
COMMENT ON COLUMN channels.private IS
    'Whether only its members may know of it; null if Slack has not said, which counts as true.';
COMMENT ON INDEX channels_public IS 'Finds channels whose votes may be shown elsewhere.';
COMMENT ON TABLE cooldowns IS
    'When a giver last gave to a target. Rows are written only where there is a cooldown; '
    'withdrawn votes are removed, others stay.';
COMMENT ON COLUMN cooldowns.giver_id IS 'The giver, by a keyed hash.';
COMMENT ON COLUMN cooldowns.target_id IS 'The person, by a keyed hash, or the thing.';
COMMENT ON COLUMN cooldowns.given_at IS 'The time of the latest vote.';
COMMENT ON COLUMN cooldowns.votes IS
    'The last 100 votes that still count: keyed hashes of their messages, with their times.';
COMMENT ON INDEX cooldowns_over IS 'Finds expired rows.';
COMMENT ON TABLE digests IS
    'Days whose digests were written. Inserting the row decides which process writes them.';
COMMENT ON TABLE former_channels IS
    'Former ids of channels. All other tables have the current id; payloads that name a former '
    'id are translated.';
COMMENT ON COLUMN former_channels.channel_id IS
    'The current id, even if there were others in between.';
COMMENT ON COLUMN former_channels.changed_at IS 'When the app learned of the change.';
COMMENT ON TABLE giver_days IS
    'The day whose allowance a giver is spending. It is renewed by a later day of theirs, at '
    'least 20 hours after the last renewal.';
COMMENT ON COLUMN giver_days.giver_id IS 'The giver, by a keyed hash.';
COMMENT ON COLUMN giver_days.since IS
    'When it was last renewed: at the giver''s midnight, or later after a change of time zone.';
COMMENT ON COLUMN giver_days.spent_at IS 'The time of the last vote charged to it.';
COMMENT ON INDEX giver_days_over IS 'Finds expired rows.';
COMMENT ON TABLE hidden_members IS 'People whom no board shows.';
COMMENT ON COLUMN hidden_members.user_id IS 'The person.';
COMMENT ON INDEX hidden_members_out IS 'Finds people for whom votes don''t count.';
COMMENT ON TABLE homes IS
    'Recently opened App Homes, which are updated with the scores they show. A row is removed a '
    'day after the page was last opened.';
COMMENT ON COLUMN homes.user_id IS 'The reader.';
COMMENT ON COLUMN homes.opened_at IS 'When it was last opened, or a button on it pressed.';
COMMENT ON COLUMN homes.span IS 'The period of its board: week, month, season or all.';
COMMENT ON COLUMN homes.asked IS
    'Incremented each time the page is opened or a button pressed, so that a page computed '
    'before the latest request is recognized as outdated.';
COMMENT ON COLUMN homes.claimed_until IS
    'When the claim of the publishing process ends; null if there is none.';
COMMENT ON COLUMN homes.mark IS
    'The scores that the published page shows, and when they changed; null while a page is '
    'still to be published.';
COMMENT ON COLUMN homes.hash IS
    'The version of the published page, as Slack calls it; sent with the next one, which '
    'replaces it.';
COMMENT ON INDEX homes_opened IS 'Finds pages opened in the last ten minutes.';
COMMENT ON TABLE horizons IS 'The day from which something is kept completely.';
COMMENT ON COLUMN horizons.first IS
    'The first day that is complete. Boards of periods that began before it may be missing, or '
    'may contain archived votes; they are not compared with the ledger.';
COMMENT ON TABLE imports IS 'Imported files of scores.';
COMMENT ON COLUMN imports.batch IS
    'The import; message_ts of its ledger rows is import/ followed by this.';
COMMENT ON COLUMN imports.file_hash IS 'SHA-256 of the file, which can be imported only once.';
COMMENT ON COLUMN imports.entries IS 'The number of entries.';
COMMENT ON COLUMN imports.points IS 'The sum of their points.';
COMMENT ON COLUMN imports.rolled_back_at IS 'When it was rolled back, or null.';
COMMENT ON INDEX imports_once IS 'Makes sure that a file is imported only once.';
COMMENT ON TABLE joins IS
    'Ways in which people have joined a thank-you. Of a person''s ways on the same message, the '
    'first that still applies counts.';
COMMENT ON COLUMN joins.way_ts IS
    'The reply that joins, or the message reacted to: the thank-you, or the app''s reply to it.';
COMMENT ON COLUMN joins.voter_id IS 'The person who joins.';
COMMENT ON COLUMN joins.targets IS 'The people and things that had points from it at that time.';
COMMENT ON COLUMN joins.points IS 'The points for each of them.';
COMMENT ON COLUMN joins.because IS 'The word that introduced the reason.';
COMMENT ON COLUMN joins.present IS 'Whether it still applies, or was withdrawn.';
COMMENT ON COLUMN joins.since IS 'Since when it applies: the first one counts.';
COMMENT ON COLUMN joins.changed_ts IS
    'The version of the reply, or the time of the reaction''s event; the later of two changes '
    'applies.';
COMMENT ON INDEX joins_by_message IS 'Finds all ways in which one person joined.';
COMMENT ON INDEX joins_by_voter IS 'Finds a person''s rows, to forget or export them.';
COMMENT ON TABLE leaderboard IS 'All boards, in one table.';
COMMENT ON COLUMN leaderboard.board IS
    'users, things, givers or channel/C…, followed by a slash and the period, if there is one.';
COMMENT ON COLUMN leaderboard.target_id IS 'The person or thing.';
COMMENT ON COLUMN leaderboard.created_at IS 'When the row was inserted.';
COMMENT ON COLUMN leaderboard.updated_at IS 'When it was last updated.';
COMMENT ON INDEX leaderboard_pkey IS 'Votes add to scores by it.';
COMMENT ON INDEX leaderboard_ranked IS 'For the top places, a rank, and the next place above.';
COMMENT ON TABLE long_boards IS
    'How far the boards of quarters and years have followed the ledger. The process that '
    'updates them locks the row.';
COMMENT ON COLUMN long_boards.settled IS
    'Ledger rows up to this id are included; later ones may be.';
COMMENT ON TABLE meanings IS 'What a voter means by a typed name, for later messages.';
COMMENT ON COLUMN meanings.voter_id IS 'The voter.';
COMMENT ON COLUMN meanings.handle IS 'The name as typed, casefolded.';
COMMENT ON COLUMN meanings.user_id IS 'The person; empty if it means the thing of that name.';
COMMENT ON COLUMN meanings.decided_at IS 'When the voter answered.';
COMMENT ON INDEX meanings_of IS 'Finds names that mean a person who is forgotten.';
COMMENT ON TABLE members IS 'People''s names, so that boards can show them without asking Slack.';
COMMENT ON COLUMN members.name IS 'The display name, or else the real name.';
COMMENT ON COLUMN members.updated_at IS 'When Slack last returned it.';
COMMENT ON COLUMN members.handle IS
    'The name in Slack, casefolded, which people may type after an @.';
COMMENT ON COLUMN members.nickname IS 'The display name, casefolded, which people may type too.';
COMMENT ON COLUMN members.time_zone IS
    'Their time zone in Slack, which determines their day; null if unknown.';
COMMENT ON COLUMN members.home_team IS 'The workspace of an external person.';
COMMENT ON COLUMN members.home_name IS 'That workspace''s name, if Slack has returned it.';
COMMENT ON INDEX members_by_handle IS 'Finds people whom a typed name may mean.';
COMMENT ON INDEX members_by_nickname IS 'The same, by display name.';
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
COMMENT ON COLUMN messages.voted IS 'Whether any version so far held a vote; never reset.';
COMMENT ON COLUMN messages.slot IS
    'The way in which the votes were given on the message: a person''s reactions, shortcut or '
    'form; empty for the text. A keyed hash replaces a forgotten person: their points there '
    'have counted and can''t be given again.';
COMMENT ON COLUMN messages.paid IS
    'The points that the votes have taken from each day''s allowance; null for those of the '
    'first version, which are charged to giver_day of its rows.';
COMMENT ON INDEX messages_by_slot IS
    'Finds what a person who is forgotten gave by reaction or form.';
COMMENT ON INDEX messages_pkey IS 'Decides which process counts a message.';
COMMENT ON INDEX messages_without_votes IS 'Finds rows that can be removed.';
COMMENT ON TABLE offers IS
    'Questions about typed names that may mean a person, with the voters'' answers.';
COMMENT ON COLUMN offers.id IS 'The question.';
COMMENT ON COLUMN offers.thread_ts IS
    'The thread that the message is in, where the reply goes too; null outside of threads.';
COMMENT ON COLUMN offers.voter_id IS 'The voter, who is asked.';
COMMENT ON COLUMN offers.handle IS 'The name.';
COMMENT ON COLUMN offers.user_id IS 'The person suggested.';
COMMENT ON COLUMN offers.points IS 'The points of the pending vote.';
COMMENT ON COLUMN offers.reason IS 'Its reason; removed once it is answered.';
COMMENT ON COLUMN offers.because IS 'The word that introduced the reason; removed with it.';
COMMENT ON COLUMN offers.spelling IS 'The name as typed.';
COMMENT ON COLUMN offers.answer IS
    'person or thing; null while unanswered. If several people share the name, only the chosen '
    'one''s row has it.';
COMMENT ON COLUMN offers.offered_at IS 'When the question was asked.';
COMMENT ON INDEX offers_once IS
    'Makes sure that each name in a message is asked about once per possible person.';
COMMENT ON TABLE outbox IS 'Replies and notices that are to be posted or have been.';
COMMENT ON COLUMN outbox.id IS
    'Increases with every row: replies in a channel are posted in this order.';
COMMENT ON COLUMN outbox.channel_id IS
    'The channel of the message; for notices and digests, the reader.';
COMMENT ON COLUMN outbox.message_ts IS 'The message; for a digest, its day.';
COMMENT ON COLUMN outbox.kind IS 'The kind of reply; app/core/replies.py lists them.';
COMMENT ON COLUMN outbox.only_for IS 'The only person who sees it; empty for everyone.';
COMMENT ON COLUMN outbox.thread_ts IS 'The thread to post in.';
COMMENT ON COLUMN outbox.body IS 'The data of the text, as JSON.';
COMMENT ON COLUMN outbox.version IS
    'Incremented when an edit changes the body. A post records the version it shows; if the '
    'body has changed meanwhile, the row stays pending and the post is updated.';
COMMENT ON COLUMN outbox.created_at IS
    'When it was written; for a repeated ephemeral reply, or a reaction, when it was last '
    'requested.';
COMMENT ON COLUMN outbox.attempts IS 'How often posting it was tried.';
COMMENT ON COLUMN outbox.claimed_until IS
    'When the claim on it ends; the epoch if an attempt may have posted it.';
COMMENT ON COLUMN outbox.done_at IS 'When it was posted or dropped; null while it is pending.';
COMMENT ON COLUMN outbox.posted_ts IS
    'The message that contains it, which edits update in place; several replies may share one.';
COMMENT ON COLUMN outbox.dropped IS 'The reason why it will never be posted.';
COMMENT ON COLUMN outbox.slot IS
    'The slot of the votes it replies to, as in messages; for a notice, the message''s channel, '
    'a slash, and that.';
COMMENT ON COLUMN outbox.way IS 'post, or reaction if the app reacts to the message instead.';
COMMENT ON INDEX outbox_aside IS 'Finds replies that name their requester.';
COMMENT ON INDEX outbox_once IS 'Makes sure that there is one reply per message, kind and reader.';
COMMENT ON INDEX outbox_posted IS 'Finds replies that share a message.';
COMMENT ON INDEX outbox_waiting IS
    'Contains pending rows only: what can be posted in a workspace now, and when is the next due?';
COMMENT ON TABLE reactions IS 'Reactions that are or were votes, each with its latest state.';
COMMENT ON COLUMN reactions.voter_id IS 'The person who reacted.';
COMMENT ON COLUMN reactions.emoji IS 'The emoji; a name that no emoji has stands for the form.';
COMMENT ON COLUMN reactions.target_id IS 'The author of the message.';
COMMENT ON COLUMN reactions.points IS 'The points it gives.';
COMMENT ON COLUMN reactions.present IS 'Whether it is there, or was removed.';
COMMENT ON COLUMN reactions.changed_ts IS 'The time of its latest event.';
COMMENT ON INDEX reactions_by_voter IS 'Finds a person''s rows, to forget or export them.';
COMMENT ON TABLE refusals IS
    'Counts of refused votes. Rows are shared by many messages, so they are written last in a '
    'transaction.';
COMMENT ON COLUMN refusals.reason IS 'The reason, as in pptbot_refusals_total.';
COMMENT ON COLUMN refusals.votes IS
    'The number of refused votes, whether or not the voter was told.';
COMMENT ON TABLE seasons IS
    'Seasons that have begun. The first begins with the first vote and has no row.';
COMMENT ON COLUMN seasons.name IS 'Its name.';
COMMENT ON COLUMN seasons.begins_at IS 'Messages written from then on count for it.';
COMMENT ON COLUMN seasons.begun_by IS 'The admin who started it.';
COMMENT ON TABLE settings IS 'Settings that workspaces and channels have chosen.';
COMMENT ON COLUMN settings.channel_id IS 'The channel; empty for the whole workspace.';
COMMENT ON COLUMN settings.name IS 'The setting.';
COMMENT ON COLUMN settings.changed_by IS 'The person who last changed it.';
COMMENT ON TABLE things IS 'Spellings of things.';
COMMENT ON COLUMN things.spelling IS 'The latest spelling: PostgreSQL for thing:postgresql.';
COMMENT ON TABLE timers IS
    'Scheduled jobs. The process that runs a job deletes its row in the same transaction; a '
    'repeated job then gets a new row.';
COMMENT ON COLUMN timers.kind IS 'The kind of job.';
COMMENT ON COLUMN timers.about IS 'Tells several of a kind apart.';
COMMENT ON COLUMN timers.due_at IS 'When it is due.';
COMMENT ON COLUMN timers.plan IS
    'The setting that scheduled it, with its value then: if the setting changes, so does the '
    'timer. Empty for jobs started by a person.';
COMMENT ON COLUMN timers.body IS
    'State from the previous run; for a feed, the last ledger row it has posted.';
COMMENT ON INDEX timers_due IS 'Finds due rows.';
COMMENT ON TABLE told IS 'What people were told already, so that they aren''t told again.';
COMMENT ON COLUMN told.user_id IS 'The person.';
COMMENT ON COLUMN told.about IS
    'The subject: opted_out/ and a person, forever; refusal/, a reason, a message and a hash of '
    'the refused targets, for an hour; refusal/rest, for a minute; hint/ and a kind, for a day.';
COMMENT ON INDEX told_about IS
    'Finds people who were told that somebody has opted out, when that person opts in again or '
    'is forgotten.';
COMMENT ON TABLE turns IS 'When each channel can take its next post.';
COMMENT ON COLUMN turns.free_at IS 'The earliest time of the next post.';
COMMENT ON TABLE vote_history IS
    'The ledger. Rows are appended and not changed, with these exceptions: rows imported before '
    'the workspace was known get its team_id, a channel''s rows get its new id if Slack changes '
    'it, /karma forget-me replaces an id by a pseudonym and removes reasons, and archiving '
    'replaces old rows by sums.';
COMMENT ON COLUMN vote_history.id IS 'Increases with every row.';
COMMENT ON COLUMN vote_history.channel_id IS
    'The channel of the message; empty for imports and admins'' actions.';
COMMENT ON COLUMN vote_history.message_ts IS
    'The message''s ts in Slack; without a message, import/ and the batch, or adjust/ or merge/ '
    'and an id.';
COMMENT ON COLUMN vote_history.voter_id IS 'The giver.';
COMMENT ON COLUMN vote_history.target_id IS 'The person or thing that got the points.';
COMMENT ON COLUMN vote_history.delta IS
    'Points, plus or minus; 0 only if an edit changed nothing but the reason.';
COMMENT ON COLUMN vote_history.reason IS
    'The reason, or null. The last row of a message and target has the current one.';
COMMENT ON COLUMN vote_history.kind IS
    'vote; edit or deletion for changes by a later version of the message; undo for votes taken '
    'back; import for points from a file, and rollback for their reversal; archive for the sum '
    'of archived rows; adjust for points by an admin; merge for points moved by a merge.';
COMMENT ON COLUMN vote_history.created_at IS 'When the row was inserted.';
COMMENT ON COLUMN vote_history.day IS
    'The day of the message, in the workspace''s time zone at that time, which determines its '
    'day, week and month. Null without a day (imports, archived sums).';
COMMENT ON COLUMN vote_history.words IS 'The words of the reason, for full-text search; generated.';
COMMENT ON COLUMN vote_history.slot IS 'The way in which the votes were given, as in messages.';
COMMENT ON COLUMN vote_history.season IS
    'The season that it counts for, starting at 1. Imports count for the first.';
COMMENT ON COLUMN vote_history.week_shift IS
    'How many days before Monday weeks began at that time: 0, 1 for Sunday, 2 for Saturday. The '
    'row counts for the week of day + week_shift.';
COMMENT ON COLUMN vote_history.giver_day IS
    'The day whose allowance paid for the row, in the giver''s time zone; null if none did.';
COMMENT ON COLUMN vote_history.factor IS
    'The boost''s multiplier of plus points when the message was written; 1 without a boost. The '
    'same in all rows of a message.';
COMMENT ON COLUMN vote_history.said IS
    'The points before multiplication, which givers'' boards and allowances count, whereas delta '
    'is the result. Null if both are the same.';
COMMENT ON INDEX vote_history_by_day IS
    'Finds votes by day and channel, for recaps, feeds, boards without rows, and archiving.';
COMMENT ON INDEX vote_history_by_message IS 'Finds a message''s votes, to compare an edit with.';
COMMENT ON INDEX vote_history_by_target IS 'Finds the latest votes for a target.';
COMMENT ON INDEX vote_history_by_voter IS 'Finds the latest votes by a giver.';
COMMENT ON INDEX vote_history_words IS 'Finds votes by the words of their reasons.';
COMMENT ON TABLE workspaces IS 'One row per workspace.';
COMMENT ON COLUMN workspaces.rules IS
    'The version of the rules, incremented by each change of settings, seasons, boosts, bans, '
    'merges, opt-outs and channel ids. A vote judged by an earlier version is judged again.';
COMMENT ON COLUMN workspaces.person_key IS
    'The key of people''s hashes if SECRET_KEY is not set: random, generated with the first vote.';
COMMENT ON FUNCTION add_scores(text,jsonb) IS
    'Adds to boards and returns the new all-time scores by target.';
COMMENT ON FUNCTION audit_is_append_only() IS 'Refuses changes to the audit.';
COMMENT ON FUNCTION change_rules(text) IS
    'Locks out votes until the transaction ends, and invalidates votes judged before.';
COMMENT ON FUNCTION claim_replies(text,integer,timestamp with time zone,timestamp with time zone,text[],text[],integer) IS
    'Claims the replies that can be posted now in channels of a workspace; returns them, or '
    'when the next can be claimed.';
COMMENT ON FUNCTION cool_target(text,text,text,text,timestamp with time zone,integer) IS
    'Records that a giver gives to a target, unless the cooldown forbids it.';
COMMENT ON FUNCTION find_next_reply(text,timestamp with time zone,text[]) IS
    'Returns whether replies are waiting in a workspace, and in how many seconds one can be '
    'claimed.';
COMMENT ON FUNCTION find_paying_day(text,text,date,timestamp with time zone,timestamp with time zone) IS
    'Returns the day whose allowance pays for a vote, starting a new day if it is due.';
COMMENT ON FUNCTION hold_rules(text) IS
    'Returns the version of a workspace''s rules and locks it until the transaction ends.';
COMMENT ON FUNCTION limit_votes(text,jsonb[],jsonb) IS 'Applies cooldowns and allowances to votes.';
COMMENT ON FUNCTION note_refusals(text,jsonb) IS
    'Counts refused votes by reason; returns what voters are to be told, by message number.';
COMMENT ON FUNCTION record_votes(text,jsonb) IS
    'Stores the votes of one workspace''s messages, each message once.';
COMMENT ON FUNCTION settle_replies(text,timestamp with time zone,text[],jsonb,jsonb) IS
    'Records the outcome of claimed replies; returns how many are waiting, and when one can be '
    'claimed.';
COMMENT ON FUNCTION spend_points(text,text,date,bigint,bigint) IS
    'Charges points to a day''s allowance, if it suffices.';
