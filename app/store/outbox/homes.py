"""Tracks which App Homes are open, what each was built from, and which process publishes it.

One process at a time publishes somebody's page: it holds a claim, which expires if the process
dies. A claim records the stored state from *before* the page's data is read, so that a later change
is never mistaken for a published one.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from app.store.database import Conn, fetch_all, fetch_as, fetch_column, fetch_value, split_columns
from app.store.workspace.workspace_rules import WorkspaceRules
from app.store.workspace.workspaces import WORKSPACE_ADDED

LEASE: Final = 15.0
"""Seconds after which a claim expires that wasn't released."""
OPEN: Final = 600.0
"""Seconds for which an opened page follows its person's scores."""
SPANS: Final = ("week", "month", "season", "all")
"""Periods whose board a page can show."""

_SCORES: Final = """
    SELECT format('%%s %%s %%s', board, score, extract(epoch FROM updated_at)) AS said
    FROM leaderboard AS l
    WHERE l.team_id = h.team_id AND l.board IN ('users', 'givers') AND l.target_id = {account}
"""
# Changes whenever a vote for or by the person is counted, also on the account that theirs is merged
# into, and when they opt out or in. Each account is looked up by itself: for a list of them, tables
# without statistics are read whole.
_MARK: Final = f"""(
    SELECT coalesce(string_agg(said, ' ' ORDER BY said), '-') FROM (
        {_SCORES.format(account="h.user_id")}
        UNION ALL
        {_SCORES.format(account="%(accounts)s::jsonb ->> h.user_id")}
        UNION ALL
        SELECT why FROM hidden_members AS m WHERE (m.team_id, m.user_id) = (h.team_id, h.user_id)
    ) AS shown
)"""  # noqa: S608 (put together from constants)

_CLAIM: Final = "now() + make_interval(secs => %(lease)s)"

# An unexpired claim is kept: its holder learns of the new request by `asked`.
_OPENED: Final = f"""
WITH {WORKSPACE_ADDED}
INSERT INTO homes AS h (team_id, user_id, span, claimed_until)
VALUES (%(team)s, %(user)s, coalesce(%(span)s, %(default)s), {_CLAIM})
ON CONFLICT (team_id, user_id) DO UPDATE
SET opened_at = EXCLUDED.opened_at, span = coalesce(%(span)s, h.span), asked = h.asked + 1,
    mark = NULL,
    claimed_until = CASE WHEN h.claimed_until > EXCLUDED.opened_at
        THEN h.claimed_until ELSE EXCLUDED.claimed_until END
"""  # noqa: S608 (put together from constants)
_OPEN: Final = f"""
SELECT h.team_id AS team, h.user_id AS "user", h.span, h.asked, {_MARK} AS mark, h.hash,
    h.claimed_until AS until,
    h.claimed_until = h.opened_at + make_interval(secs => %(lease)s) AS ours
FROM homes AS h WHERE (h.team_id, h.user_id) = (%(team)s, %(user)s)
"""  # noqa: S608 (the same)

# Those published longest ago come first, so that none starves.
_CHANGED: Final = f"""
SELECT user_id, mark FROM (
    SELECT h.user_id, h.mark AS shown, h.published_at, h.opened_at, {_MARK} AS mark
    FROM homes AS h
    WHERE h.team_id = %(team)s AND h.opened_at > now() - make_interval(secs => %(open)s)
        AND (h.claimed_until IS NULL OR h.claimed_until <= now())
) AS page
WHERE shown IS NULL OR shown <> mark
    AND coalesce(published_at, 'epoch') NOT BETWEEN
        now() - make_interval(secs => %(pause)s) AND now() + make_interval(secs => %(pause)s)
ORDER BY published_at NULLS FIRST, opened_at, user_id LIMIT %(most)s
"""  # noqa: S608 (the same)
# Pages that another process has claimed meanwhile are left to it.
_CLAIM_CHANGED: Final = f"""
UPDATE homes AS h SET claimed_until = {_CLAIM}
FROM unnest(%(users)s::text[], %(marks)s::text[]) AS due (user_id, mark)
WHERE h.team_id = %(team)s AND h.user_id = due.user_id
    AND (h.claimed_until IS NULL OR h.claimed_until <= now())
RETURNING h.team_id AS team, h.user_id AS "user", h.span, h.asked, due.mark, h.hash,
    h.claimed_until AS until, true AS ours
"""  # noqa: S608 (the same)

# The only query across workspaces: which of them have an open page.
_TEAMS: Final = """
SELECT DISTINCT team_id FROM homes WHERE opened_at > now() - make_interval(secs => %(open)s)
"""

_RENEW_CLAIM: Final = f"""
UPDATE homes SET claimed_until = {_CLAIM}
WHERE (team_id, user_id, claimed_until) = (%(team)s, %(user)s, %(until)s)
RETURNING claimed_until
"""  # noqa: S608 (the same)

# Whatever was requested after the claim isn't shown yet.
_NOTE_PUBLISHED: Final = """
UPDATE homes SET published_at = now(), claimed_until = NULL, hash = %(hash)s,
    mark = CASE WHEN asked = %(asked)s THEN %(mark)s END
WHERE (team_id, user_id, claimed_until) = (%(team)s, %(user)s, %(until)s)
RETURNING mark IS NULL
"""

_NOTE_REFUSED: Final = """
UPDATE homes SET claimed_until = NULL, mark = CASE WHEN asked = %(asked)s THEN %(mark)s END
WHERE (team_id, user_id, claimed_until) = (%(team)s, %(user)s, %(until)s)
"""

# Anything built before is outdated, even if it's being published now.
_OUTDATE: Final = """
UPDATE homes SET asked = asked + 1, mark = NULL
WHERE team_id = %(team)s AND opened_at > now() - make_interval(secs => %(open)s)
"""

# Open pages follow with the next vote: another process may not know of the season yet.
_SHOW_SEASONS: Final = """
UPDATE homes SET span = 'season' WHERE team_id = %(team)s AND span = 'all'
"""

_POSTPONE: Final = """
UPDATE homes SET claimed_until = now() + make_interval(secs => %(wait)s), mark = NULL
WHERE (team_id, user_id, claimed_until) = (%(team)s, %(user)s, %(until)s)
"""


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A page to be published."""

    team: str
    user: str
    span: str
    """The period of the board that it shows, one of SPANS."""
    asked: int
    mark: str
    """The stored state from before the page's data was read."""
    hash: str
    """Slack's hash of the published version; empty if unknown."""
    until: datetime
    """When the claim expires."""
    ours: bool
    """Whether this process may publish it; otherwise another one will."""


async def open_home(conn: Conn, rules: WorkspaceRules, user: str, span: str | None) -> OpenHome:
    """Record that *user* opened their page with the board of *span*, and claim it.

    If *span* is None, the board stays the same; at first it's the one that `/leaderboard` shows. If
    another process has the claim, the page is left to `claim_changed`.
    """
    default = "season" if rules.seasons else "all"
    parameters = _build_parameters(rules, user=user, span=span, default=default)
    async with conn.transaction():
        await conn.execute(_OPENED, parameters)
        rows = await fetch_as(conn, OpenHome, _OPEN, parameters)
    return rows[0]


async def list_open_teams(conn: Conn) -> list[str]:
    """Return the workspaces in which any page is open, whichever process published it."""
    return await fetch_column(conn, _TEAMS, {"open": OPEN})


def _build_parameters(rules: WorkspaceRules, **more: Any) -> dict[str, Any]:
    return {"team": rules.team, "accounts": Jsonb(rules.merged_people), "lease": LEASE} | more


async def claim_changed(
    conn: Conn, rules: WorkspaceRules, most: int, pause: float
) -> Sequence[OpenHome]:
    """Claim at most *most* open pages of a workspace that differ from the stored state.

    Skips pages published in the last *pause* seconds, unless they were requested again since. Those
    published longest ago come first.
    """
    parameters = _build_parameters(rules, open=OPEN, most=most, pause=pause)
    due = await fetch_all(conn, _CHANGED, parameters)
    if not due:
        return []
    claimed = await fetch_as(
        conn, OpenHome, _CLAIM_CHANGED, parameters | split_columns(due, "users", "marks")
    )
    pages = {page.user: page for page in claimed}  # in no particular order
    return [pages[user] for user, _ in due if user in pages]


async def outdate_all(conn: Conn, team: str) -> None:
    """Outdate every open page of *team*, because what may be shown has changed."""
    await conn.execute(_OUTDATE, {"team": team, "open": OPEN})


async def show_seasons(conn: Conn, team: str) -> None:
    """Switch pages of *team* that show the board of all time to that of the current season."""
    await conn.execute(_SHOW_SEASONS, {"team": team})


async def extend_claim(conn: Conn, page: OpenHome) -> datetime | None:
    """Extend the claim on *page*; return its new end, or None if the claim was lost."""
    until: datetime | None = await fetch_value(conn, _RENEW_CLAIM, asdict(page) | {"lease": LEASE})
    return until


async def record_published(conn: Conn, page: OpenHome, name: str) -> bool:
    """Record that Slack shows *page* as the version with hash *name*, and release the claim.

    Returns whether the page must be published again because of a request made meanwhile.
    """
    return bool(await fetch_value(conn, _NOTE_PUBLISHED, asdict(page) | {"hash": name}))


async def record_refused(conn: Conn, page: OpenHome) -> None:
    """Record that Slack refused *page*, and release the claim; a later version may be accepted."""
    await conn.execute(_NOTE_REFUSED, asdict(page))


async def postpone(conn: Conn, page: OpenHome, wait: float) -> None:
    """Release the claim, and keep *page* from being published for *wait* seconds."""
    await conn.execute(_POSTPONE, asdict(page) | {"wait": wait})
