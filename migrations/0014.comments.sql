-- What each table, column, index and function is for, as docs/develop/schema.md shows it.
-- depends: 0013.boards

-- What an earlier or later migration has dropped is passed over.
DO $$
DECLARE said record;
BEGIN
    FOR said IN
        SELECT to_regclass(split_part(name, '.', 1)) AS of,
            nullif(split_part(name, '.', 2), '') AS col, meaning
        FROM (VALUES
        ('vote_history',
            'The ledger. Rows are only appended, never changed; but those imported before the '
            'workspace was known get its team_id, /karma forget-me puts a pseudonym in the '
            'place of an id and removes reasons, and archiving puts sums in the place of old '
            'rows.'),
        ('vote_history.id', 'Grows with every row.'),
        ('vote_history.channel_id',
            'The channel of the message; empty for imports and what admins did.'),
        ('vote_history.message_ts',
            'The message, by Slack''s ts; import/ and the batch, adjust/ or merge/ and an id '
            'for what is none.'),
        ('vote_history.voter_id', 'Who gave.'),
        ('vote_history.target_id', 'Who or what got.'),
        ('vote_history.delta',
            'Points, plus or minus; 0 only where an edit changed nothing but the reason.'),
        ('vote_history.reason',
            'The reason given, or null; the last row of a message and target has the one that '
            'counts.'),
        ('vote_history.kind',
            'vote; edit or deletion for what a later version of the message changed; undo for '
            'votes taken back; import for points taken over from a file, and rollback for '
            'those taken out again; archive for the sum of rows that were archived; adjust '
            'for what an admin gave or took, and merge for what moved with a merge.'),
        ('vote_history.voted_at', 'When the message was written.'),
        ('vote_history.day',
            'Its day, in the time zone that the workspace had then: decides which day, week '
            'and month it counts for. Null for what belongs to no day (imports, archived '
            'sums).'),
        ('vote_history.season',
            'The season whose boards hold it, 1 for the first. An import counts for the '
            'first.'),
        ('vote_history.week_shift',
            'By how many days weeks began before Monday then: 0, 1 for Sunday, 2 for '
            'Saturday. It counts for the week of day + week_shift.'),
        ('vote_history.giver_day',
            'The day whose allowance has paid for what the row adds, in the giver''s time '
            'zone; null: none.'),
        ('vote_history.slot', 'Which votes on the message they are, as in messages.'),
        ('vote_history.created_at', 'When the row was written.'),
        ('vote_history.words', 'The words of reason, for full-text search; made by the database.'),
        ('leaderboard', 'Every board, in one table.'),
        ('leaderboard.board',
            'users, things, givers or channel/C…; behind a slash the period, if it has one.'),
        ('leaderboard.target_id', 'Who or what has the score.'),
        ('leaderboard.score', 'The sum of the points.'),
        ('leaderboard.created_at', 'When the row was first written.'),
        ('leaderboard.updated_at', 'When it was last written.'),
        ('messages',
            'One row per message that held a vote, now or before, and one for each person who '
            'gave some on a message in another way. The insert that wins decides which '
            'process counts it. A message that was edited or deleted and never held a vote '
            'has a row too, with voted false, so that an original delivered late does not '
            'count. It goes after 2 days.'),
        ('messages.channel_id', 'The message.'),
        ('messages.message_ts', 'The message.'),
        ('messages.slot',
            'Whose votes on the message they are, given by reaction, shortcut or form; empty '
            'for what the message says. A keyed hash stands for somebody who was forgotten: '
            'what they gave there has counted, and never does again.'),
        ('messages.revision',
            'Which version of the message counts: empty for the first; then the time of the '
            'edit, / and the time of the event that told of it (nothing behind the / if it '
            'was read in the channel''s history); then archived, when its votes were archived '
            'or somebody they name was forgotten; at last deleted, or undone when the giver '
            'took the votes back. A later one is greater, as text of bytes; an older one '
            'changes nothing.'),
        ('messages.voted', 'Whether any version heard so far held a vote; once true, it stays.'),
        ('messages.heard_at', 'When it was first stored.'),
        ('messages.paid',
            'The points that its votes have taken from the allowance of each day; null: those '
            'of the first version, from the giver_day of its rows.'),
        ('things', 'How things are written.'),
        ('things.target_id', 'The thing.'),
        ('things.spelling', 'How it was last written: PostgreSQL for thing:postgresql.'),
        ('allowances',
            'What a giver has spent on a day. Rows are written only where there is an '
            'allowance.'),
        ('allowances.giver_id', 'Who, by a keyed hash; accounts that were merged are one.'),
        ('allowances.day', 'The giver''s own day.'),
        ('allowances.spent', 'Points, plus and minus alike; never below 0.'),
        ('giver_days',
            'Which day''s allowance a giver is spending. A later day of theirs renews it, 20 '
            'hours after the last time at the earliest.'),
        ('giver_days.giver_id', 'Who, by a keyed hash.'),
        ('giver_days.day', 'The day.'),
        ('giver_days.since',
            'When it was last renewed: at midnight where they are, or later after they '
            'changed their time zone.'),
        ('giver_days.spent_at', 'The time of the last vote that was paid from it.'),
        ('cooldowns',
            'When a giver gave to a target. Rows are written only where there is a cooldown; '
            'what is withdrawn goes at once, and what else stands stays.'),
        ('cooldowns.giver_id', 'Who gave, by a keyed hash.'),
        ('cooldowns.target_id', 'To whom, by a keyed hash, or to which thing.'),
        ('cooldowns.votes',
            'The votes that stand, the last 100: a keyed hash of each message with the time '
            'of what it gave.'),
        ('cooldowns.given_at', 'The time of the last of them.'),
        ('workspaces', 'What there is once in each workspace.'),
        ('workspaces.rules',
            'A number that grows with each change of settings, seasons, bans, merges and opt- '
            'outs. A vote that was judged by an earlier one is judged anew.'),
        ('workspaces.person_key',
            'What keyed hashes of people are made with where SECRET_KEY is not set: random, '
            'made with the first vote.'),
        ('refusals',
            'How often votes were refused. A count that many messages share, written last in '
            'their transactions.'),
        ('refusals.day', 'The workspace''s day.'),
        ('refusals.reason', 'Why, as in pptbot_refusals_total.'),
        ('refusals.votes', 'How many, told or not.'),
        ('outbox', 'What the app will say, and what it has said.'),
        ('outbox.id', 'Grows with every row: answers in a channel are posted in this order.'),
        ('outbox.channel_id',
            'The channel of the message that is answered; of a notice or digest, who gets it.'),
        ('outbox.message_ts', 'The message that is answered; of a digest, the day it tells of.'),
        ('outbox.slot',
            'Which votes on the message it answers, as in messages; of a notice, the '
            'message''s channel, / and that.'),
        ('outbox.kind', 'What it tells of; app/core/replies.py has a value for each.'),
        ('outbox.way', 'post, or reaction: the app reacts to the message instead.'),
        ('outbox.only_for', 'Who alone sees it; empty for everyone.'),
        ('outbox.thread_ts', 'The thread it goes to.'),
        ('outbox.body', 'What the words are made from, as JSON.'),
        ('outbox.version',
            'Grows with each change of the body, by an edit. A post notes the version that it '
            'told; when another has come meanwhile, the row stays open and the post is '
            'changed.'),
        ('outbox.created_at',
            'When it was written; what one person alone is told again, and a reaction: when '
            'that was last asked for.'),
        ('outbox.due_at', 'When it may be posted.'),
        ('outbox.attempts', 'How often that was tried.'),
        ('outbox.claimed_until',
            'Until when the process that took it has it; the epoch where a try may have '
            'posted it.'),
        ('outbox.done_at', 'When it was posted or dropped; null while it waits.'),
        ('outbox.posted_ts',
            'The message in which it stands, which an edit changes in place; several answers '
            'may share one.'),
        ('outbox.dropped', 'Why it will never be posted.'),
        ('turns', 'When a channel takes its next post.'),
        ('turns.channel_id', 'The channel.'),
        ('turns.free_at', 'From when the next post may go.'),
        ('members', 'What people are called, so that a board can name them without asking Slack.'),
        ('members.user_id', 'The person.'),
        ('members.name', 'The display name, else the real name.'),
        ('members.handle', 'Slack''s own name for them, casefolded: what is typed after an @.'),
        ('members.nickname', 'The display name, casefolded: it is typed after an @ as well.'),
        ('members.time_zone',
            'Theirs in Slack, which tells their own day; null where it is not known.'),
        ('members.home_team', 'The workspace of somebody who is not of this one.'),
        ('members.home_name', 'What that workspace is called, where Slack has said.'),
        ('members.kind', 'member, guest, bot or stranger.'),
        ('members.updated_at', 'When Slack last told it.'),
        ('settings', 'What a workspace, or one of its channels, has decided.'),
        ('settings.channel_id', 'For which channel; empty for the whole workspace.'),
        ('settings.name', 'Which setting.'),
        ('settings.value', 'Its value as JSON.'),
        ('settings.changed_by', 'Who changed it last.'),
        ('settings.changed_at', 'When.'),
        ('seasons', 'Seasons that were begun; the first begins with the first vote and has no row.'),
        ('seasons.number', 'The season.'),
        ('seasons.name', 'What it is called.'),
        ('seasons.begins_at', 'Votes of messages written from then on count for it.'),
        ('seasons.begun_by', 'Who began it.'),
        ('bans', 'People whose votes do not count.'),
        ('bans.user_id', 'Who.'),
        ('bans.until', 'Until when; null: until it is lifted.'),
        ('bans.banned_by', 'Who banned them.'),
        ('bans.banned_at', 'When.'),
        ('aliases', 'People and things that were merged: votes for one are for the other.'),
        ('aliases.target_id', 'The one that is no more.'),
        ('aliases.into_id', 'What it was merged into: another one.'),
        ('aliases.merge', 'The message_ts of the rows in the ledger that moved its points.'),
        ('aliases.merged_by', 'Who merged them.'),
        ('aliases.merged_at', 'When.'),
        ('aliases.person',
            'The keyed hash of whoever target_id is a pseudonym of: they were merged, and '
            'forgotten since.'),
        ('aliases.into_person', 'The same of into_id.'),
        ('audit',
            'What admins did; the trigger audit_append_only refuses UPDATE, DELETE and '
            'TRUNCATE.'),
        ('audit.id', 'The act.'),
        ('audit.at', 'When.'),
        ('audit.by_id', 'Who did it.'),
        ('audit.act', 'setting, season, adjust, merge, unmerge, ban or unban.'),
        ('audit.about', 'The person, thing, setting, channel or season that it was done to.'),
        ('audit.before', 'What was before, as JSON.'),
        ('audit.after', 'What is after.'),
        ('audit.note', 'What was said of it.'),
        ('reactions', 'Reactions that are votes, or were: the latest news of each decides.'),
        ('reactions.channel_id', 'The message.'),
        ('reactions.message_ts', 'The message.'),
        ('reactions.voter_id', 'Who reacted.'),
        ('reactions.emoji', 'Which one; a name that no emoji has stands for the form.'),
        ('reactions.target_id', 'Who wrote the message.'),
        ('reactions.points', 'What it gives.'),
        ('reactions.present', 'Whether it is there, or was taken away.'),
        ('reactions.changed_ts', 'The time of the event that told so.'),
        ('joins',
            'Ways in which people have joined a thank-you; of one person''s on the same '
            'message, the first that stands counts.'),
        ('joins.channel_id', 'The channel.'),
        ('joins.way_ts',
            'The reply that joins, or what was reacted to: the message itself, or the app''s '
            'answer to it.'),
        ('joins.voter_id', 'Who joins.'),
        ('joins.emoji', 'The reaction; empty for a reply.'),
        ('joins.message_ts',
            'The thank-you; the joined vote is one of its votes, in the slot voter/joined.'),
        ('joins.targets', 'Who had got points by it then: so it stays.'),
        ('joins.points', 'What it gives to each.'),
        ('joins.reason', 'The reason, if it has one.'),
        ('joins.because', 'The word that led to it.'),
        ('joins.present', 'Whether it stands, or was taken back.'),
        ('joins.since', 'Since when it stands: the first one counts.'),
        ('joins.changed_ts',
            'The version of the reply, or the time of the reaction''s event: of two changes '
            'the later one holds.'),
        ('offers', 'Typed names that may mean a person, and what the voter said they mean.'),
        ('offers.id', 'The offer.'),
        ('offers.channel_id', 'The message.'),
        ('offers.message_ts', 'The message.'),
        ('offers.handle', 'The name in it.'),
        ('offers.thread_ts',
            'The thread that the message replies to, where the answer goes too; null outside '
            'of threads.'),
        ('offers.voter_id', 'Who is asked.'),
        ('offers.user_id', 'Which person is offered.'),
        ('offers.points', 'The vote that waits.'),
        ('offers.reason', 'Its reason; goes once it is answered.'),
        ('offers.because', 'The word that led to the reason; goes with it.'),
        ('offers.spelling', 'The name as it was typed.'),
        ('offers.answer',
            'person or thing; null while it is open. Of several people with one name, the row '
            'that was chosen has it.'),
        ('offers.offered_at', 'When it was offered.'),
        ('channels', 'How far each channel was heard.'),
        ('channels.channel_id', 'The channel.'),
        ('channels.heard_ts',
            'The time of the newest event heard there, as Slack''s ts; null where none was.'),
        ('channels.read_ts', 'From where its history is still to be read; null when nothing is.'),
        ('channels.private',
            'Whether only its members may know of it; null where Slack has not said, which '
            'counts as yes.'),
        ('channels.updated_at', 'When the row was last written.'),
        ('hidden_members', 'People who are shown on no board.'),
        ('hidden_members.user_id', 'Who.'),
        ('hidden_members.why', 'opted_out, deactivated or forgotten.'),
        ('hidden_members.since', 'Since when.'),
        ('homes',
            'App Homes opened lately, which follow the scores that they show. A row goes a '
            'day after the page was last opened.'),
        ('homes.user_id', 'Whose.'),
        ('homes.opened_at', 'When it was last opened, or a button of it pressed.'),
        ('homes.span', 'Of which time it shows the board: week, month, season or all.'),
        ('homes.asked',
            'Grows with each opening and each button: a page that was made before the last of '
            'them is not the last.'),
        ('homes.claimed_until',
            'Until when the process that publishes it has it; null when none does.'),
        ('homes.published_at', 'When it was last published; null before the first time.'),
        ('homes.mark',
            'What the published page was made from: its person''s scores and when they '
            'changed; null while a page is still to be published.'),
        ('homes.hash',
            'The version of the page that Slack shows, as Slack calls it; the next one says '
            'which it replaces.'),
        ('told', 'What somebody was told already and is not told again.'),
        ('told.user_id', 'Who.'),
        ('told.about',
            'About what: opted_out/ and a person, for good; refusal/, a reason and a message, '
            'for an hour; hint/ and a kind, for a day.'),
        ('told.told_at', 'When.'),
        ('digests',
            'Days whose votes were told to those who got them. The insert that wins decides '
            'which process tells them.'),
        ('digests.day', 'The workspace''s day.'),
        ('digests.sent_at', 'When its digests were written to the outbox.'),
        ('timers',
            'When something is due that happens by itself. Whoever does it takes the row '
            'away, in the same transaction; what comes again has a new one then.'),
        ('timers.kind', 'What is due.'),
        ('timers.about', 'Which one, where there are several of a kind.'),
        ('timers.due_at', 'When.'),
        ('timers.plan',
            'The setting that it comes from, as it was then: where that changes, so does the '
            'timer; empty for what somebody has begun.'),
        ('timers.body',
            'What it needs to know from the time before; of a feed, the row of the ledger '
            'after which it goes on.'),
        ('imports', 'Files of scores that were taken over.'),
        ('imports.batch', 'Its rows in the ledger have import/ and this for message_ts.'),
        ('imports.file_hash', 'SHA-256 of the file, by which it counts once.'),
        ('imports.entries', 'How many there were.'),
        ('imports.points', 'Their sum.'),
        ('imports.created_at', 'When it was imported.'),
        ('imports.rolled_back_at', 'When it was taken out again, or null.'),
        ('horizons', 'From which day on something is kept in full.'),
        ('horizons.what',
            'day, week or month: boards of that kind of period; ledger: the ledger, vote by '
            'vote.'),
        ('horizons.first',
            'The first day that is kept. Boards of periods that began before it may be gone, '
            'or may hold what is archived; they are not compared with the ledger.'),
        ('archived_shares',
            'What archived rows of the ledger gave to boards that their sums by target and '
            'season cannot tell: givers and channel/C…, of all time and of seasons (of the '
            'first too, before another was begun).'),
        ('archived_shares.board', 'The board.'),
        ('archived_shares.target_id', 'Whose score on it.'),
        ('archived_shares.points', 'What the archived rows added to it.'),
        ('messages_pkey', 'Decides who counts a message.'),
        ('messages_without_votes', 'Finds the rows that can go.'),
        ('messages_by_slot', 'Finds what somebody gave by reaction or form, when they are forgotten.'),
        ('vote_history_by_message', 'Finds what a message gave, which an edit is compared with.'),
        ('vote_history_by_target', 'Finds what somebody got last.'),
        ('vote_history_by_voter', 'Finds what somebody gave last.'),
        ('vote_history_by_day',
            'Finds what was given on some days, and where: recaps, feeds, boards that have no '
            'rows, and what is old enough to be archived.'),
        ('vote_history_words', 'Finds reasons by their words.'),
        ('leaderboard_pkey', 'What a vote adds to.'),
        ('leaderboard_ranked', 'What the first places, a rank and the place above are read from.'),
        ('outbox_once', 'Makes each answer unique.'),
        ('outbox_waiting', 'Holds only what waits.'),
        ('outbox_posted', 'Finds the answers that share one message.'),
        ('outbox_aside', 'Finds the answers that name who asked.'),
        ('members_by_handle', 'Finds whom a typed name may mean.'),
        ('members_by_nickname', 'The same, by the display name.'),
        ('channels_public', 'Tells whose votes may be shown elsewhere.'),
        ('hidden_members_out', 'Holds those for whom no votes count.'),
        ('homes_opened', 'Finds the pages that were opened in the last ten minutes.'),
        ('told_about', 'Finds who was told of somebody, when they are forgotten.'),
        ('imports_once', 'Lets a file count once.'),
        ('archived_shares_by_target', 'Finds somebody''s, when they are forgotten or merged.'),
        ('cooldowns_over', 'Finds those that are over.'),
        ('giver_days_over', 'Finds those that are over.'),
        ('reactions_by_voter',
            'Finds somebody''s, when they are forgotten or ask what is stored of them.'),
        ('offers_once', 'Asks each name of a message once for each person whom it may mean.'),
        ('joins_by_message', 'Finds all ways of one person.'),
        ('joins_by_voter', 'Finds somebody''s, when they are forgotten or ask what is stored of them.'),
        ('timers_due', 'Finds what is due.')
        ) AS s (name, meaning)
    LOOP
        IF said.of IS NULL THEN
            CONTINUE;
        ELSIF said.col IS NULL THEN
            EXECUTE format('COMMENT ON %s %s IS %L',
                (SELECT CASE relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END
                 FROM pg_class WHERE oid = said.of), said.of, said.meaning);
        ELSIF EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = said.of AND attname = said.col AND NOT attisdropped) THEN
            EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', said.of, said.col, said.meaning);
        END IF;
    END LOOP;

    FOR said IN
        SELECT attrelid::regclass AS of FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE attname = 'team_id' AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.team_id IS %L', said.of, 'The workspace.');
    END LOOP;
END $$;

COMMENT ON FUNCTION audit_is_append_only() IS 'Refuses what would change the audit.';
COMMENT ON FUNCTION hold_rules(text) IS
    'The version of the rules of a workspace, which stays so until the transaction ends.';
COMMENT ON FUNCTION change_rules(text) IS
    'Lets no vote be stored until the transaction ends, and those that were judged before be judged anew.';
