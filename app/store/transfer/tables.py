"""Which tables are the data set: what an export holds, and what an import fills."""

from typing import Final

TABLES: Final = (
    "vote_history",
    "leaderboard",
    "messages",
    "things",
    "members",
    "channels",
    "hidden_members",
    "workspaces",
    "allowances",
    "giver_days",
    "told",
    "imports",
    "horizons",
    "archived_shares",
    "settings",
    "seasons",
    "boosts",
    "bans",
    "aliases",
    "audit",
    "cooldowns",
    "refusals",
    "reactions",
    "joins",
    "offers",
    "meanings",
    "digests",
    "long_boards",
)

NUMBERED: Final = ("vote_history", "audit", "offers")
"""Those whose rows the database numbers."""

QUEUES: Final = ("outbox", "turns", "homes", "timers")
"""Work under way: what is still to be said or done, and when. That is no data, and
stays where it is."""

# What the database makes itself is not data.
COLUMNS: Final = """
SELECT attname, atttypid = 'jsonb'::regtype FROM pg_attribute
WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""
