"""Votes in the ledger, and the limits on them.

This is the lock order of everything that changes votes (`cast`, `revisions`, `reactions`, `joins`,
`offers`, `adjustments`), and of `people.merging`, `people.forgetting`, changes of a channel's id
(`usecases.channel_ids`) and imports. A transaction may skip locks but never goes back to an earlier
one. Rows of the same table are locked in key order, by the C collation.

1. An advisory lock that allows one merge, forgetting, channel id change or new season at a time per
   workspace. Imports, archives and the boards of quarters and years share it; votes don't take it.
2. The rules. Votes share them (`hold_rules`), so that aliases, bans and opt-outs can't change
   between judging a vote and storing it. A change of the rules (`change_rules`) holds them
   exclusively until the transaction ends, so that a merge can't miss a vote in flight.
3. The message's `offers`; an advisory lock by which only one of a person's merged accounts at a
   time gives on a message.
4. `messages`: the row decides which version counts. Forgetting a person locks every row that names
   them, even rows that were closed before, since a deletion may be in flight. When a reply joins a
   thank-you, the row of the joined vote is locked before the reply's offers and its row.
5. `cooldowns`, by giver and target; `giver_days`; `allowances`, by giver and day.
6. `archived_shares`; `leaderboard`, by board and target.
7. `things`, `told`, `refusals`.
8. `turns`, by channel; `outbox`, by id.

`vote_history` isn't listed: its rows are only appended, except by merges, forgetting and channel id
changes, which never contend with anyone for the same rows. Forgetting and a channel id change also
lock messages, and forgetting replies, before the rules (both describe the consequences). Right
after the rules, a channel id change locks the channel's turns, because it drops replies early.

Three changes break the order; of two that deadlock, PostgreSQL aborts one, which is retried.
`replace_votes` first records in `told` and `outbox` that the voter is told who has opted out, once
per person. `revise` records refusals after it has updated replies. And an edit by which a reply
joins or leaves a thank-you may change two votes, one after the other.
"""

from typing import Final

RENAMES: Final = "(hashtext('merge'), hashtext(%(team)s))"
"""The arguments by which PostgreSQL's functions take the first of these locks."""
LOCK_RENAMES: Final = f"SELECT pg_advisory_xact_lock{RENAMES}"
SHARE_RENAMES: Final = f"SELECT pg_advisory_xact_lock_shared{RENAMES}"
HOLD_RULES: Final = "SELECT hold_rules(%(team)s)"
"""Shares the second one, and returns the version of the rules."""
