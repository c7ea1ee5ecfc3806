"""Votes as the ledger keeps them, and what they are held to.

In which order locks are taken, by all that changes votes (`cast`, `revisions`, `reactions`,
`joins`, `offers`, `adjustments`), by `people.merging`, `people.forgetting`, a channel's new id
(`usecases.channel_ids`), and by imports. Whoever needs fewer of them leaves some out, and never
goes back to an earlier one; of several rows of one table each takes the first by key, in the C
collation, first.

1. One merge, one being forgotten or one new id at a time in a workspace (an advisory lock, which
   imports share); votes do not ask for it.
2. The rules: votes share them (`hold_rules`), so that nobody changes whom a name means, who is
   banned or has opted out, before what was judged by that is stored. Whoever changes them
   (`change_rules`) has them alone until the end: a merge meets no vote that it would not see.
3. `offers` of the message; of merged accounts that give on a message, one at a time (an advisory
   lock).
4. `messages`: the row that decides which version counts. Being forgotten locks every row that names
   the person, those that were closed before as well: a deletion may be under way. Whoever joins a
   thank-you holds the row of the joined vote before that of the reply that joins.
5. `cooldowns`, by giver and target; `giver_days`; `allowances`, by giver and day.
6. `archived_shares`; `leaderboard`, by board and target.
7. `things`, `told`, `refusals`.
8. `turns`, by channel; `outbox`, by id.

`vote_history` has no place here, since rows are only ever appended; but for the merge, the
forgetting and the new id, which nobody else meets at the same rows. The new id locks messages of
its channel before the rules, too (`workspace.channel_ids` says what comes of that).

`settle` notes first, in `told` and `outbox`, that its voter is told who has opted out. Two edits of
one voter may so wait for each other, once for each person; PostgreSQL ends one, which is tried
again.
"""
