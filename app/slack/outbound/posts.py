"""Turns replies of the outbox into the message that is posted."""

from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.commands import leaderboard
from app.core.commands.leaderboard import ShowBoard, Unclear, Why
from app.core.vote import is_thing
from app.slack.directory.people import People
from app.slack.outbound.board_messages import Asked, Boards
from app.slack.outbound.failures import Failure
from app.slack.outbound.notices import Noticing
from app.slack.views import offers
from app.slack.views.leaderboard import Page
from app.store.boards import standings
from app.store.database import Database
from app.store.outbox import outbox
from app.store.outbox.outbox import Reply
from app.store.workspace.rulebook import Rulebook
from app.words import refusals, self_service, usage
from app.words import votes as words
from app.words.notices import thanks
from app.words.votes import Told

MAX_TEXT: Final = 3500
"""Characters of one post; Slack advises to stay below 4,000."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is needed to put replies into words."""

    database: Database
    people: People
    rulebook: Rulebook
    boards: Boards
    noticing: Noticing

    def language(self, team: str) -> str:
        """Return what the app speaks in *team*."""
        return self.rulebook.of(team).language

    def refused(self, content: Page, failed: Failure) -> bool:
        """Put tables into words that are simpler than *content*, if Slack does not take those.

        Tells whether there are such.
        """
        return self.boards.tables.refused(content.kind, failed.reason)

    async def page(self, together: Sequence[Reply]) -> tuple[Page, int]:
        """Return the message for *together*, replies of one kind, and how many of them it holds.

        Raises UnavailableError when the names cannot be read.
        """
        match together[0].kind:
            case "votes":
                told = [(reply.message_ts, reply.body) for reply in together]
                return _fitted(await self._told(together[0].team_id, told))
            case "notice":
                return _fitted(await self.noticing.told(together))
            case "digest":
                return Page(await self.noticing.digest(together[0], MAX_TEXT)), 1
            case "offer":
                return await self._offer(together[0]), 1
            case _:
                return await self._single(together[0]), 1

    async def _single(self, reply: Reply) -> Page:
        match reply.kind:
            case "board":
                return await self._board(reply)
            case "score":
                return await self._score(reply)
            case "absent":
                return await self._absent(reply)
            case "refusals" | "exhausted":
                return Page(self._refused(reply))
            case "help":
                return Page(usage.HELP())
            case _:
                return Page(usage.unclear(_unclear(reply.body)))

    async def updated(self, reply: Reply) -> Page:
        """Return what the message says now in which *reply* stands, maybe with others."""
        told = await self.database.run(lambda conn: outbox.sharing(conn, reply))
        return Page("\n".join(await self._told(reply.team_id, told)))

    async def _told(self, team: str, replies: Sequence[tuple[str, Any]]) -> list[str]:
        """Return what each of *replies*, of messages by their ts, says."""
        told = [[Told(**vote) for vote in body] for _, body in replies]
        names = await self._names(team, [t for votes in told for t in votes])
        texts = ["\n".join(words.vote(t, names) for t in votes) for votes in told]
        self._thank(team, replies, texts)
        return texts

    def _thank(
        self, team: str, replies: Sequence[tuple[str, Any]], texts: MutableSequence[str]
    ) -> None:
        """Add something friendly to the first of *texts* that tells of points for the app."""
        own = self.noticing.identity.bot_user
        if not self.rulebook.of(team).thanks:
            return
        for at, (ts, body) in enumerate(replies):
            points = sum(vote["points"] for vote in body if vote["target"] == own)
            if points:
                texts[at] += f"\n{thanks(points, ts)}"
                return

    async def _names(self, team: str, told: Sequence[Told]) -> Mapping[str, str]:
        reasons = [user for t in told for user in words.mentioned(t.reason or "")]
        givers = [t.by for t in told if t.by]
        return await self._named(team, [*(t.target for t in told), *givers, *reasons])

    async def _named(self, team: str, targets: Sequence[str]) -> dict[str, str]:
        things = [target for target in targets if is_thing(target)]
        people = await self.people.names(team, [t for t in targets if not is_thing(t)])
        if not things:
            return people
        return people | await self.database.run(lambda c: standings.spellings(c, team, things))

    async def _board(self, reply: Reply) -> Page:
        body = reply.body
        # An earlier version wrote only how many places were asked for.
        typed, known = body.get("words") or str(body["count"]), self.boards.seasons(reply.team_id)
        show = leaderboard.leaderboard(typed, known)
        if not isinstance(show, ShowBoard):
            return Page(usage.unclear(Unclear()))
        public, shown = not reply.only_for, body.get("shown", False)
        asked = Asked(reply.team_id, body["reader"], reply.channel_id, show, public, shown)
        return await self.boards.page(asked)

    async def _score(self, reply: Reply) -> Page:
        target, spelling = reply.body["target"], reply.body["spelling"]
        names = await self._named(reply.team_id, [target])
        names.setdefault(target, spelling or target)
        return Page(words.score(target, reply.body["score"], names))

    async def _absent(self, reply: Reply) -> Page:
        people = reply.body["people"]
        return Page(self_service.absent(people, await self.people.names(reply.team_id, people)))

    async def _offer(self, reply: Reply) -> Page:
        known = await self.people.known(reply.team_id, [user for _, user in reply.body["offers"]])
        return offers.question(reply.body["handle"], reply.body["offers"], known)

    def _refused(self, reply: Reply) -> str:
        settings = self.rulebook.of(reply.team_id, reply.channel_id)
        return refusals.told(reply.body, settings)


def arguments(reply: Reply, content: Page, ids: Sequence[int]) -> dict[str, Any]:
    """Return what chat.postMessage or chat.postEphemeral is called with, the thread apart."""
    own = {"channel": reply.channel_id, "text": content.text}
    if content.blocks:
        own["blocks"] = content.blocks  # type: ignore[assignment]
    if reply.only_for:
        return own | {"user": reply.only_for}
    # The metadata tells a later process what was posted when the answer never arrived.
    metadata = {"event_type": "pptbot_replies", "event_payload": {"ids": list(ids)}}
    return own | {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}


def _unclear(body: dict[str, str]) -> Unclear:
    """Return what was not understood; an earlier version did not write it down."""
    return Unclear(body["word"], Why(body["why"]), body["nearest"]) if body else Unclear()


def _fitted(texts: Sequence[str]) -> tuple[Page, int]:
    """Return a message of as many of *texts* as it can hold, at least one, and their number."""
    fitting = max(1, sum(1 for length in _lengths(texts) if length <= MAX_TEXT))
    return Page("\n".join(texts[:fitting])), fitting


def _lengths(texts: Sequence[str]) -> Iterator[int]:
    length = -1
    for text in texts:
        length += len(text) + 1
        yield length
