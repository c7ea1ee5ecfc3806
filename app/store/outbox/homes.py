"""Keeps which App Homes are open, what each was made from, and who publishes it.

One process at a time publishes somebody's page: it holds a claim, which ends by itself when the
process has died. A claim names what the page is made from as it was *before* its data is read, so
that a later change is never taken for one that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.store.database import Conn, fetch_all, fetch_as, fetch_column, fetch_value, split_columns
from app.store.workspace.workspaces import WORKSPACE_ADDED

LEASE: Final = 15.0
"""Seconds after which a claim ends that nobody has given back."""
OPEN: Final = 600.0
"""Seconds for which a page that was opened follows its person's scores."""
SPANS: Final = ("week", "month", "season", "all")
"""Whose boards a page can show."""

# What changes whenever a vote for somebody, or by them, is counted, and when they opt out or in.
_MARK: Final = """(
    SELECT coalesce(string_agg(said, ' ' ORDER BY said), '-') FROM (
        SELECT format('%%s %%s %%s', board, score, extract(epoch FROM updated_at)) AS said
        FROM leaderboard AS l
        WHERE l.team_id = h.team_id AND l.board IN ('users', 'givers') AND l.target_id = h.user_id
        UNION ALL
        SELECT why FROM hidden_members AS m WHERE (m.team_id, m.user_id) = (h.team_id, h.user_id)
    ) AS shown
)"""

_CLAIM: Final = "now() + make_interval(secs => %(lease)s)"

# The row is somebody's claim already while its time has not come: that one is told by `asked`.
_OPENED: Final = f"""
WITH {WORKSPACE_ADDED}
INSERT INTO homes AS h (team_id, user_id, span, claimed_until)
VALUES (%(team)s, %(user)s, coalesce(%(span)s, 'all'), {_CLAIM})
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

# Those that were published longest ago come first, so that none waits for ever.
_CHANGED: Final = f"""
SELECT user_id, mark FROM (
    SELECT h.user_id, h.mark AS shown, h.published_at, h.opened_at, {_MARK} AS mark
    FROM homes AS h
    WHERE h.team_id = %(team)s AND h.opened_at > now() - make_interval(secs => %(open)s)
        AND (h.claimed_until IS NULL OR h.claimed_until <= now())
) AS page
WHERE shown IS NULL OR shown <> mark
    AND coalesce(published_at, 'epoch') <= now() - make_interval(secs => %(pause)s)
ORDER BY published_at NULLS FIRST, opened_at, user_id LIMIT %(most)s
"""  # noqa: S608 (the same)
# What another process has claimed meanwhile is its own.
_CLAIM_CHANGED: Final = f"""
UPDATE homes AS h SET claimed_until = {_CLAIM}
FROM unnest(%(users)s::text[], %(marks)s::text[]) AS due (user_id, mark)
WHERE h.team_id = %(team)s AND h.user_id = due.user_id
    AND (h.claimed_until IS NULL OR h.claimed_until <= now())
RETURNING h.team_id AS team, h.user_id AS "user", h.span, h.asked, due.mark, h.hash,
    h.claimed_until AS until, true AS ours
"""  # noqa: S608 (the same)

# The one question about all workspaces: in which of them a page is open.
_TEAMS: Final = """
SELECT DISTINCT team_id FROM homes WHERE opened_at > now() - make_interval(secs => %(open)s)
"""

_RENEW_CLAIM: Final = f"""
UPDATE homes SET claimed_until = {_CLAIM}
WHERE (team_id, user_id, claimed_until) = (%(team)s, %(user)s, %(until)s)
RETURNING claimed_until
"""  # noqa: S608 (the same)

# What was asked for since the claim is not shown yet.
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

# What was made of it before is not what it shows, whoever is publishing it now.
_OUTDATE: Final = """
UPDATE homes SET asked = asked + 1, mark = NULL
WHERE team_id = %(team)s AND opened_at > now() - make_interval(secs => %(open)s)
"""

_POSTPONE: Final = """
UPDATE homes SET claimed_until = now() + make_interval(secs => %(wait)s), mark = NULL
WHERE (team_id, user_id, claimed_until) = (%(team)s, %(user)s, %(until)s)
"""


@dataclass(frozen=True, slots=True)
class OpenHome:
    """Somebody's page that is to be published."""

    team: str
    user: str
    span: str
    """One of SPANS: of which time it shows the board."""
    asked: int
    mark: str
    """What stood in the tables before anything was read for the page."""
    hash: str
    """Slack's name for the version that stands there; empty where none is known."""
    until: datetime
    """When the claim ends."""
    ours: bool
    """Whether this process may publish it; otherwise another one is about to."""

    @property
    def key(self) -> tuple[str, str]:
        """Return whose it is."""
        return self.team, self.user

    @property
    def claim(self) -> dict[str, Any]:
        """Return what proves that this process may publish it, as a query takes it."""
        return {"team": self.team, "user": self.user, "until": self.until, "lease": LEASE}


async def open_home(conn: Conn, team: str, user: str, span: str | None) -> OpenHome:
    """Note that *user* looks at their page, with the board of *span*, and claim it.

    With None it shows what it showed before. Where another process has the claim, it is left to
    `claim_changed`.
    """
    own = {"team": team, "user": user, "span": span, "lease": LEASE}
    async with conn.transaction():
        await conn.execute(_OPENED, own)
        rows = await fetch_as(conn, OpenHome, _OPEN, own)
    return rows[0]


async def list_open_teams(conn: Conn) -> list[str]:
    """Return the workspaces in which any page is open, whichever process published it."""
    return await fetch_column(conn, _TEAMS, {"open": OPEN})


async def claim_changed(conn: Conn, team: str, most: int, pause: float) -> Sequence[OpenHome]:
    """Claim at most *most* pages of *team* that are open and do not show what the tables hold.

    None of them was published in the last *pause* seconds, but for those that somebody has asked
    for since. Those that were published longest ago come first.
    """
    own = {"team": team, "open": OPEN, "lease": LEASE, "most": most, "pause": pause}
    due = await fetch_all(conn, _CHANGED, own)
    if not due:
        return []
    claimed = await fetch_as(
        conn, OpenHome, _CLAIM_CHANGED, own | split_columns(due, "users", "marks")
    )
    pages = {page.user: page for page in claimed}  # in whatever order
    return [pages[user] for user, _ in due if user in pages]


async def outdate_all(conn: Conn, team: str) -> None:
    """Let every open page of *team* be published anew: what may be shown to anybody has changed."""
    await conn.execute(_OUTDATE, {"team": team, "open": OPEN})


async def extend_claim(conn: Conn, page: OpenHome) -> datetime | None:
    """Claim *page* for longer; return until when, None if the claim has been lost."""
    until: datetime | None = await fetch_value(conn, _RENEW_CLAIM, page.claim)
    return until


async def record_published(conn: Conn, page: OpenHome, name: str) -> bool:
    """Note that Slack shows *page* as the version called *name*, and give the claim back.

    Returns whether it is to be published again, since something was asked for meanwhile.
    """
    own = {"asked": page.asked, "mark": page.mark, "hash": name}
    return bool(await fetch_value(conn, _NOTE_PUBLISHED, page.claim | own))


async def record_refused(conn: Conn, page: OpenHome) -> None:
    """Note that Slack will not show *page*, and give the claim back; the next may be another."""
    await conn.execute(_NOTE_REFUSED, page.claim | {"asked": page.asked, "mark": page.mark})


async def postpone(conn: Conn, page: OpenHome, wait: float) -> None:
    """Give the claim back so that nobody publishes *page* for *wait* seconds."""
    await conn.execute(_POSTPONE, page.claim | {"wait": wait})
