COMMENT ON TABLE aliases IS 'People and things that were merged: votes for one are for the other.';
COMMENT ON COLUMN aliases.target_id IS 'The one that is no more.';
COMMENT ON COLUMN aliases.into_id IS 'What it was merged into: another one.';
COMMENT ON COLUMN aliases.merge IS
    'The message_ts of the rows in the ledger that moved its points.';
COMMENT ON COLUMN aliases.person IS
    'The keyed hash of whoever target_id is a pseudonym of: they were merged, and forgotten since.';
COMMENT ON COLUMN aliases.into_person IS 'The same of into_id.';
COMMENT ON TABLE allowances IS
    'What a giver has spent on a day. Rows are written only where there is an allowance.';
COMMENT ON COLUMN allowances.giver_id IS 'Who, by a keyed hash; accounts that were merged are one.';
COMMENT ON COLUMN allowances.spent IS 'Points, plus and minus alike; never below 0.';
COMMENT ON TABLE archived_shares IS
    'What archived rows of the ledger gave to boards that their sums by target and season '
    'cannot tell: givers and channel/C…, of all time and of seasons (of the first too, before '
    'another was begun).';
COMMENT ON COLUMN archived_shares.target_id IS 'Whose score on it.';
COMMENT ON COLUMN archived_shares.points IS 'What the archived rows added to it.';
COMMENT ON INDEX archived_shares_by_target IS
    'Finds somebody''s, when they are forgotten or merged.';
COMMENT ON TABLE audit IS
    'What admins did; the trigger audit_append_only refuses UPDATE, DELETE and TRUNCATE.';
COMMENT ON COLUMN audit.id IS 'The act.';
COMMENT ON COLUMN audit.by_id IS 'Who did it.';
COMMENT ON COLUMN audit.about IS
    'The person, thing, setting, channel, season or boost that it was done to.';
COMMENT ON COLUMN audit.before IS 'What was before, as JSON.';
COMMENT ON COLUMN audit.after IS 'What is after.';
COMMENT ON COLUMN audit.note IS 'What was said of it.';
COMMENT ON TABLE bans IS 'People whose votes do not count.';
COMMENT ON COLUMN bans.user_id IS 'Who.';
COMMENT ON COLUMN bans.until IS 'Until when; null: until it is lifted.';
COMMENT ON COLUMN bans.banned_by IS 'Who banned them.';
COMMENT ON TABLE boosts IS
    'Stretches of time in which plus points count double or three times. None is ever removed: '
    'a message that is edited months later counts as on its day.';
COMMENT ON COLUMN boosts.number IS 'Counts the boosts of the workspace, from 1.';
COMMENT ON COLUMN boosts.channel_id IS 'The channel that it is for; empty for all.';
COMMENT ON COLUMN boosts.factor IS 'By what plus points are multiplied.';
COMMENT ON COLUMN boosts.name IS 'What it is called; empty where nobody has named it.';
COMMENT ON COLUMN boosts.begins_at IS 'When it was begun, by the clock of the database.';
COMMENT ON COLUMN boosts.ends_at IS
    'When it ends or has ended. Pauses move it; while it is paused, it is paused_at and the '
    'time that is left.';
COMMENT ON COLUMN boosts.paused_at IS 'Since when it is paused; null while it runs.';
COMMENT ON COLUMN boosts.pauses IS
    'The pauses that are over: votes of messages in them count once.';
COMMENT ON COLUMN boosts.told_in IS 'The channel that is told of its end; empty where none is.';
COMMENT ON COLUMN boosts.begun_by IS 'Who began it.';
COMMENT ON TABLE channels IS 'How far each channel was heard.';
COMMENT ON COLUMN channels.heard_ts IS
    'The time of the newest event heard there, as Slack''s ts; null where none was.';
COMMENT ON COLUMN channels.read_ts IS
    'From where its history is still to be read; null when nothing is.';
COMMENT ON COLUMN channels.private IS
    'Whether only its members may know of it; null where Slack has not said, which counts as yes.';
COMMENT ON INDEX channels_public IS 'Tells whose votes may be shown elsewhere.';
COMMENT ON TABLE cooldowns IS
    'When a giver gave to a target. Rows are written only where there is a cooldown; what is '
    'withdrawn goes at once, and what else stands stays.';
COMMENT ON COLUMN cooldowns.giver_id IS 'Who gave, by a keyed hash.';
COMMENT ON COLUMN cooldowns.target_id IS 'To whom, by a keyed hash, or to which thing.';
COMMENT ON COLUMN cooldowns.given_at IS 'The time of the last of them.';
COMMENT ON COLUMN cooldowns.votes IS
    'The votes that stand, the last 100: a keyed hash of each message with the time of what it '
    'gave.';
COMMENT ON INDEX cooldowns_over IS 'Finds those that are over.';
COMMENT ON TABLE digests IS
    'Days whose votes were told to those who got them. The insert that wins decides which '
    'process tells them.';
COMMENT ON TABLE former_channels IS
    'Ids that channels had before. All other tables have the id of now: what Slack still tells '
    'by a former one is taken for that.';
COMMENT ON COLUMN former_channels.channel_id IS
    'The one that it has now, also where it has had several since.';
COMMENT ON COLUMN former_channels.changed_at IS 'When the app was told.';
COMMENT ON TABLE giver_days IS
    'Which day''s allowance a giver is spending. A later day of theirs renews it, 20 hours after '
    'the last time at the earliest.';
COMMENT ON COLUMN giver_days.giver_id IS 'Who, by a keyed hash.';
COMMENT ON COLUMN giver_days.since IS
    'When it was last renewed: at midnight where they are, or later after they changed their '
    'time zone.';
COMMENT ON COLUMN giver_days.spent_at IS 'The time of the last vote that was paid from it.';
COMMENT ON INDEX giver_days_over IS 'Finds those that are over.';
COMMENT ON TABLE hidden_members IS 'People who are shown on no board.';
COMMENT ON COLUMN hidden_members.user_id IS 'Who.';
COMMENT ON INDEX hidden_members_out IS 'Holds those for whom no votes count.';
COMMENT ON TABLE homes IS
    'App Homes opened lately, which follow the scores that they show. A row goes a day after '
    'the page was last opened.';
COMMENT ON COLUMN homes.user_id IS 'Whose.';
COMMENT ON COLUMN homes.opened_at IS 'When it was last opened, or a button of it pressed.';
COMMENT ON COLUMN homes.span IS 'Of which time it shows the board: week, month, season or all.';
COMMENT ON COLUMN homes.asked IS
    'Grows with each opening and each button: a page that was made before the last of them is '
    'not the last.';
COMMENT ON COLUMN homes.claimed_until IS
    'Until when the process that publishes it has it; null when none does.';
COMMENT ON COLUMN homes.mark IS
    'What the published page was made from: its person''s scores and when they changed; null '
    'while a page is still to be published.';
COMMENT ON COLUMN homes.hash IS
    'The version of the page that Slack shows, as Slack calls it; the next one says which it '
    'replaces.';
COMMENT ON INDEX homes_opened IS 'Finds the pages that were opened in the last ten minutes.';
COMMENT ON TABLE horizons IS 'From which day on something is kept in full.';
COMMENT ON COLUMN horizons.first IS
    'The first day that is kept. Boards of periods that began before it may be gone, or may '
    'hold what is archived; they are not compared with the ledger.';
COMMENT ON TABLE imports IS 'Files of scores that were taken over.';
COMMENT ON COLUMN imports.batch IS 'Its rows in the ledger have import/ and this for message_ts.';
COMMENT ON COLUMN imports.file_hash IS 'SHA-256 of the file, by which it counts once.';
COMMENT ON COLUMN imports.entries IS 'How many there were.';
COMMENT ON COLUMN imports.points IS 'Their sum.';
COMMENT ON COLUMN imports.rolled_back_at IS 'When it was taken out again, or null.';
COMMENT ON INDEX imports_once IS 'Lets a file count once.';
COMMENT ON TABLE joins IS
    'Ways in which people have joined a thank-you; of one person''s on the same message, the '
    'first that stands counts.';
COMMENT ON COLUMN joins.way_ts IS
    'The reply that joins, or what was reacted to: the message itself, or the app''s answer to it.';
COMMENT ON COLUMN joins.voter_id IS 'Who joins.';
COMMENT ON COLUMN joins.targets IS 'Who had got points by it then: so it stays.';
COMMENT ON COLUMN joins.points IS 'What it gives to each.';
COMMENT ON COLUMN joins.because IS 'The word that led to it.';
COMMENT ON COLUMN joins.present IS 'Whether it stands, or was taken back.';
COMMENT ON COLUMN joins.since IS 'Since when it stands: the first one counts.';
COMMENT ON COLUMN joins.changed_ts IS
    'The version of the reply, or the time of the reaction''s event: of two changes the later '
    'one holds.';
COMMENT ON INDEX joins_by_message IS 'Finds all ways of one person.';
COMMENT ON INDEX joins_by_voter IS
    'Finds somebody''s, when they are forgotten or ask what is stored of them.';
COMMENT ON TABLE leaderboard IS 'Every board, in one table.';
COMMENT ON COLUMN leaderboard.board IS
    'users, things, givers or channel/C…; behind a slash the period, if it has one.';
COMMENT ON COLUMN leaderboard.target_id IS 'Who or what has the score.';
COMMENT ON COLUMN leaderboard.created_at IS 'When the row was first written.';
COMMENT ON COLUMN leaderboard.updated_at IS 'When it was last written.';
COMMENT ON INDEX leaderboard_pkey IS 'What a vote adds to.';
COMMENT ON INDEX leaderboard_ranked IS
    'What the first places, a rank and the place above are read from.';
COMMENT ON TABLE long_boards IS
    'How far the boards of quarters and years have followed the ledger; whoever lets them holds '
    'the row.';
COMMENT ON COLUMN long_boards.settled IS
    'All rows of the ledger up to this id are in them; later ones may be.';
COMMENT ON TABLE meanings IS
    'What a voter has said that a typed name means: it holds for their later messages.';
COMMENT ON COLUMN meanings.voter_id IS 'Who said so.';
COMMENT ON COLUMN meanings.handle IS 'The name as it is typed, casefolded.';
COMMENT ON COLUMN meanings.user_id IS 'The person; empty for the thing of that name.';
COMMENT ON COLUMN meanings.decided_at IS 'When they said so.';
COMMENT ON INDEX meanings_of IS 'Finds the names that mean somebody, when they are forgotten.';
COMMENT ON TABLE members IS
    'What people are called, so that a board can name them without asking Slack.';
COMMENT ON COLUMN members.name IS 'The display name, else the real name.';
COMMENT ON COLUMN members.updated_at IS 'When Slack last told it.';
COMMENT ON COLUMN members.handle IS
    'Slack''s own name for them, casefolded: what is typed after an @.';
COMMENT ON COLUMN members.nickname IS
    'The display name, casefolded: it is typed after an @ as well.';
COMMENT ON COLUMN members.time_zone IS
    'Theirs in Slack, which tells their own day; null where it is not known.';
COMMENT ON COLUMN members.home_team IS 'The workspace of somebody who is not of this one.';
COMMENT ON COLUMN members.home_name IS 'What that workspace is called, where Slack has said.';
COMMENT ON INDEX members_by_handle IS 'Finds whom a typed name may mean.';
COMMENT ON INDEX members_by_nickname IS 'The same, by the display name.';
COMMENT ON TABLE messages IS
    'One row per message that held a vote, now or before, and one for each person who gave some '
    'on a message in another way. The insert that wins decides which process counts it. A '
    'message that was edited or deleted and never held a vote has a row too, with voted false, '
    'so that an original delivered late does not count. It goes after 2 days.';
COMMENT ON COLUMN messages.revision IS
    'Which version of the message counts: empty for the first; then the time of the edit, / and '
    'the time of the event that told of it (nothing behind the / if it was read in the '
    'channel''s history); then archived, when its votes were archived or somebody they name was '
    'forgotten; at last deleted, or undone when the giver took the votes back. A later one is '
    'greater, as text of bytes; an older one changes nothing.';
COMMENT ON COLUMN messages.voted IS
    'Whether any version heard so far held a vote; once true, it stays.';
COMMENT ON COLUMN messages.slot IS
    'Whose votes on the message they are, given by reaction, shortcut or form; empty for what '
    'the message says. A keyed hash stands for somebody who was forgotten: what they gave there '
    'has counted, and never does again.';
COMMENT ON COLUMN messages.paid IS
    'The points that its votes have taken from the allowance of each day; null: those of the '
    'first version, from the giver_day of its rows.';
COMMENT ON INDEX messages_by_slot IS
    'Finds what somebody gave by reaction or form, when they are forgotten.';
COMMENT ON INDEX messages_pkey IS 'Decides who counts a message.';
COMMENT ON INDEX messages_without_votes IS 'Finds the rows that can go.';
COMMENT ON TABLE offers IS 'Typed names that may mean a person, and what the voter said they mean.';
COMMENT ON COLUMN offers.id IS 'The offer.';
COMMENT ON COLUMN offers.thread_ts IS
    'The thread that the message replies to, where the answer goes too; null outside of threads.';
COMMENT ON COLUMN offers.voter_id IS 'Who is asked.';
COMMENT ON COLUMN offers.handle IS 'The name in it.';
COMMENT ON COLUMN offers.user_id IS 'Which person is offered.';
COMMENT ON COLUMN offers.points IS 'The vote that waits.';
COMMENT ON COLUMN offers.reason IS 'Its reason; goes once it is answered.';
COMMENT ON COLUMN offers.because IS 'The word that led to the reason; goes with it.';
COMMENT ON COLUMN offers.spelling IS 'The name as it was typed.';
COMMENT ON COLUMN offers.answer IS
    'person or thing; null while it is open. Of several people with one name, the row that was '
    'chosen has it.';
COMMENT ON COLUMN offers.offered_at IS 'When it was offered.';
COMMENT ON INDEX offers_once IS
    'Asks each name of a message once for each person whom it may mean.';
COMMENT ON TABLE outbox IS 'What the app will say, and what it has said.';
COMMENT ON COLUMN outbox.id IS
    'Grows with every row: answers in a channel are posted in this order.';
COMMENT ON COLUMN outbox.channel_id IS
    'The channel of the message that is answered; of a notice or digest, who gets it.';
COMMENT ON COLUMN outbox.message_ts IS
    'The message that is answered; of a digest, the day it tells of.';
COMMENT ON COLUMN outbox.kind IS 'What it tells of; app/core/replies.py has a value for each.';
COMMENT ON COLUMN outbox.only_for IS 'Who alone sees it; empty for everyone.';
COMMENT ON COLUMN outbox.thread_ts IS 'The thread it goes to.';
COMMENT ON COLUMN outbox.body IS 'What the words are made from, as JSON.';
COMMENT ON COLUMN outbox.version IS
    'Grows with each change of the body, by an edit. A post notes the version that it told; '
    'when another has come meanwhile, the row stays open and the post is changed.';
COMMENT ON COLUMN outbox.created_at IS
    'When it was written; what one person alone is told again, and a reaction: when that was '
    'last asked for.';
COMMENT ON COLUMN outbox.attempts IS 'How often that was tried.';
COMMENT ON COLUMN outbox.claimed_until IS
    'Until when the process that took it has it; the epoch where a try may have posted it.';
COMMENT ON COLUMN outbox.done_at IS 'When it was posted or dropped; null while it waits.';
COMMENT ON COLUMN outbox.posted_ts IS
    'The message in which it stands, which an edit changes in place; several answers may share '
    'one.';
COMMENT ON COLUMN outbox.dropped IS 'Why it will never be posted.';
COMMENT ON COLUMN outbox.slot IS
    'Which votes on the message it answers, as in messages; of a notice, the message''s channel, '
    '/ and that.';
COMMENT ON COLUMN outbox.way IS 'post, or reaction: the app reacts to the message instead.';
COMMENT ON INDEX outbox_aside IS 'Finds the answers that name who asked.';
COMMENT ON INDEX outbox_once IS 'Makes each answer unique.';
COMMENT ON INDEX outbox_posted IS 'Finds the answers that share one message.';
COMMENT ON INDEX outbox_waiting IS
    'Holds only what waits: what of a workspace can be said now, and when the next can be?';
COMMENT ON TABLE reactions IS 'Reactions that are votes, or were: the latest news of each decides.';
COMMENT ON COLUMN reactions.voter_id IS 'Who reacted.';
COMMENT ON COLUMN reactions.emoji IS 'Which one; a name that no emoji has stands for the form.';
COMMENT ON COLUMN reactions.target_id IS 'Who wrote the message.';
COMMENT ON COLUMN reactions.points IS 'What it gives.';
COMMENT ON COLUMN reactions.present IS 'Whether it is there, or was taken away.';
COMMENT ON COLUMN reactions.changed_ts IS 'The time of the event that told so.';
COMMENT ON INDEX reactions_by_voter IS
    'Finds somebody''s, when they are forgotten or ask what is stored of them.';
COMMENT ON TABLE refusals IS
    'How often votes were refused. A count that many messages share, written last in their '
    'transactions.';
COMMENT ON COLUMN refusals.reason IS 'Why, as in pptbot_refusals_total.';
COMMENT ON COLUMN refusals.votes IS 'How many, told or not.';
COMMENT ON TABLE seasons IS
    'Seasons that were begun; the first begins with the first vote and has no row.';
COMMENT ON COLUMN seasons.name IS 'What it is called.';
COMMENT ON COLUMN seasons.begins_at IS 'Votes of messages written from then on count for it.';
COMMENT ON COLUMN seasons.begun_by IS 'Who began it.';
COMMENT ON TABLE settings IS 'What a workspace, or one of its channels, has decided.';
COMMENT ON COLUMN settings.channel_id IS 'For which channel; empty for the whole workspace.';
COMMENT ON COLUMN settings.name IS 'Which setting.';
COMMENT ON COLUMN settings.changed_by IS 'Who changed it last.';
COMMENT ON TABLE things IS 'How things are written.';
COMMENT ON COLUMN things.spelling IS 'How it was last written: PostgreSQL for thing:postgresql.';
COMMENT ON TABLE timers IS
    'When something is due that happens by itself. Whoever does it takes the row away, in the '
    'same transaction; what comes again has a new one then.';
COMMENT ON COLUMN timers.kind IS 'What is due.';
COMMENT ON COLUMN timers.about IS 'Which one, where there are several of a kind.';
COMMENT ON COLUMN timers.due_at IS 'When.';
COMMENT ON COLUMN timers.plan IS
    'The setting that it comes from, as it was then: where that changes, so does the timer; '
    'empty for what somebody has begun.';
COMMENT ON COLUMN timers.body IS
    'What it needs to know from the time before; of a feed, the row of the ledger after which '
    'it goes on.';
COMMENT ON INDEX timers_due IS 'Finds what is due.';
COMMENT ON TABLE told IS 'What somebody was told already and is not told again.';
COMMENT ON COLUMN told.user_id IS 'Who.';
COMMENT ON COLUMN told.about IS
    'About what: opted_out/ and a person, for good; refusal/, a reason, a message and a hash of '
    'those whose votes are refused, for an hour; refusal/rest, for a minute; hint/ and a kind, '
    'for a day.';
COMMENT ON INDEX told_about IS
    'Finds who was told that somebody has opted out, when they opt in again or are forgotten.';
COMMENT ON TABLE turns IS 'When a channel takes its next post.';
COMMENT ON COLUMN turns.free_at IS 'From when the next post may go.';
COMMENT ON TABLE vote_history IS
    'The ledger. Rows are only appended, never changed; but those imported before the workspace '
    'was known get its team_id, those of a channel whose id Slack changes get the new one, '
    '/karma forget-me puts a pseudonym in the place of an id and removes reasons, and archiving '
    'puts sums in the place of old rows.';
COMMENT ON COLUMN vote_history.id IS 'Grows with every row.';
COMMENT ON COLUMN vote_history.channel_id IS
    'The channel of the message; empty for imports and what admins did.';
COMMENT ON COLUMN vote_history.message_ts IS
    'The message, by Slack''s ts; import/ and the batch, adjust/ or merge/ and an id for what is '
    'none.';
COMMENT ON COLUMN vote_history.voter_id IS 'Who gave.';
COMMENT ON COLUMN vote_history.target_id IS 'Who or what got.';
COMMENT ON COLUMN vote_history.delta IS
    'Points, plus or minus; 0 only where an edit changed nothing but the reason.';
COMMENT ON COLUMN vote_history.reason IS
    'The reason given, or null; the last row of a message and target has the one that counts.';
COMMENT ON COLUMN vote_history.kind IS
    'vote; edit or deletion for what a later version of the message changed; undo for votes '
    'taken back; import for points taken over from a file, and rollback for those taken out '
    'again; archive for the sum of rows that were archived; adjust for what an admin gave or '
    'took, and merge for what moved with a merge.';
COMMENT ON COLUMN vote_history.created_at IS 'When the row was written.';
COMMENT ON COLUMN vote_history.day IS
    'Its day, in the time zone that the workspace had then: decides which day, week and month '
    'it counts for. Null for what belongs to no day (imports, archived sums).';
COMMENT ON COLUMN vote_history.words IS
    'The words of reason, for full-text search; made by the database.';
COMMENT ON COLUMN vote_history.slot IS 'Which votes on the message they are, as in messages.';
COMMENT ON COLUMN vote_history.season IS
    'The season whose boards hold it, 1 for the first. An import counts for the first.';
COMMENT ON COLUMN vote_history.week_shift IS
    'By how many days weeks began before Monday then: 0, 1 for Sunday, 2 for Saturday. It '
    'counts for the week of day + week_shift.';
COMMENT ON COLUMN vote_history.giver_day IS
    'The day whose allowance has paid for what the row adds, in the giver''s time zone; null: '
    'none.';
COMMENT ON COLUMN vote_history.factor IS
    'By what a boost multiplied plus points when the message was written: 1 for no boost. All '
    'rows of a message have the same.';
COMMENT ON COLUMN vote_history.said IS
    'The points that were said, where there is a factor: delta is what they came to, and what '
    'givers'' boards and allowances count is said. Null: the same as delta.';
COMMENT ON INDEX vote_history_by_day IS
    'Finds what was given on some days, and where: recaps, feeds, boards that have no rows, and '
    'what is old enough to be archived.';
COMMENT ON INDEX vote_history_by_message IS
    'Finds what a message gave, which an edit is compared with.';
COMMENT ON INDEX vote_history_by_target IS 'Finds what somebody got last.';
COMMENT ON INDEX vote_history_by_voter IS 'Finds what somebody gave last.';
COMMENT ON INDEX vote_history_words IS 'Finds reasons by their words.';
COMMENT ON TABLE workspaces IS 'What there is once in each workspace.';
COMMENT ON COLUMN workspaces.rules IS
    'A number that grows with each change of settings, seasons, bans, merges and opt- outs. A '
    'vote that was judged by an earlier one is judged anew.';
COMMENT ON COLUMN workspaces.person_key IS
    'What keyed hashes of people are made with where SECRET_KEY is not set: random, made with '
    'the first vote.';
COMMENT ON FUNCTION add_scores(text,jsonb) IS
    'Adds to boards; returns the all-time scores, by target, of those that it added to there.';
COMMENT ON FUNCTION audit_is_append_only() IS 'Refuses what would change the audit.';
COMMENT ON FUNCTION change_rules(text) IS
    'Lets no vote be stored until the transaction ends, and those that were judged before be '
    'judged anew.';
COMMENT ON FUNCTION claim_replies(text,integer,timestamp with time zone,timestamp with time zone,text[],text[],integer) IS
    'Claims what channels of a workspace may be told now; returns it, or when there will be '
    'something.';
COMMENT ON FUNCTION cool_target(text,text,text,text,timestamp with time zone,integer) IS
    'Notes that a giver gives to a target, unless they gave to it too short a time before or '
    'after.';
COMMENT ON FUNCTION find_next_reply(text,timestamp with time zone,text[]) IS
    'Returns whether replies wait in a workspace, and in how many seconds one can be claimed.';
COMMENT ON FUNCTION find_paying_day(text,text,date,timestamp with time zone,timestamp with time zone) IS
    'Returns the day from whose allowance a giver pays, which begins when it is time.';
COMMENT ON FUNCTION hold_rules(text) IS
    'The version of the rules of a workspace, which stays so until the transaction ends.';
COMMENT ON FUNCTION limit_votes(text,jsonb[],jsonb) IS 'Holds votes to what their givers may give.';
COMMENT ON FUNCTION note_refusals(text,jsonb) IS
    'Counts refused votes by reason; returns what voters are to be told, by number of the message.';
COMMENT ON FUNCTION record_votes(text,jsonb) IS
    'Stores the votes of messages of one workspace, each message once.';
COMMENT ON FUNCTION settle_replies(text,timestamp with time zone,text[],jsonb,jsonb) IS
    'Notes what became of claimed replies; returns how many wait, and when one can be claimed.';
COMMENT ON FUNCTION spend_points(text,text,date,bigint,bigint) IS
    'Spends points of a day''s allowance, unless it does not suffice.';
