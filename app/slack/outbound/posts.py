"""Turns replies of the outbox into the message that is posted."""

from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.commands import leaderboard
from app.core.commands.leaderboard import ShowBoard, UnclearQuery, UnclearReason
from app.core.vote import is_thing
from app.slack.directory.people import People
from app.slack.outbound.board_messages import BoardQuery, Boards
from app.slack.outbound.failures import Failure
from app.slack.outbound.notices import NoticeWriter
from app.slack.views import offers
from app.slack.views.leaderboard import Page
from app.store.boards import standings
from app.store.database import Database
from app.store.outbox import outbox
from app.store.outbox.outbox import Reply
from app.store.workspace.rulebook import Rulebook
from app.words import refusals, self_service, usage
from app.words import votes as words
from app.words.notices import choose_thanks
from app.words.votes import CountedVote

MAX_TEXT: Final = 3500
"""Characters of one post; Slack advises to stay below 4,000."""


@dataclass(frozen=True, slots=True)
class ReplyRenderer:
    """What is needed to put replies into words."""

    database: Database
    people: People
    rulebook: Rulebook
    boards: Boards
    notice_writer: NoticeWriter

    def read_language(self, team: str) -> str:
        """Return what the app speaks in *team*."""
        return self.rulebook.get_settings(team).language

    def note_refusal(self, content: Page, failed: Failure) -> bool:
        """Put tables into words that are simpler than *content*, if Slack does not take those.

        Tells whether there are such.
        """
        return self.boards.tables.note_refusal(content.kind, failed.reason)

    async def render(self, together: Sequence[Reply]) -> tuple[Page, int]:
        """Return the message for *together*, replies of one kind, and how many of them it holds.

        Raises UnavailableError when the names cannot be read.
        """
        match together[0].kind:
            case "votes":
                bodies = [(reply.message_ts, reply.body) for reply in together]
                return _fit(await self._render_votes(together[0].team_id, bodies))
            case "notice":
                return _fit(await self.notice_writer.write_notices(together))
            case "digest":
                return Page(await self.notice_writer.write_digest(together[0], MAX_TEXT)), 1
            case "offer":
                return await self._render_offer(together[0]), 1
            case _:
                return await self._render_single(together[0]), 1

    async def _render_single(self, reply: Reply) -> Page:
        match reply.kind:
            case "board":
                return await self._render_board(reply)
            case "score":
                return await self._render_score(reply)
            case "absent":
                return await self._render_opted_out(reply)
            case "refusals" | "exhausted":
                return Page(self._render_refusals(reply))
            case "help":
                return Page(usage.HELP())
            case _:
                return Page(usage.explain_unclear(_read_unclear(reply.body)))

    async def render_update(self, reply: Reply) -> Page:
        """Return what the message says now in which *reply* stands, maybe with others."""
        replies = await self.database.run(lambda conn: outbox.read_replies_in_post(conn, reply))
        return Page("\n".join(await self._render_votes(reply.team_id, replies)))

    async def _render_votes(self, team: str, replies: Sequence[tuple[str, Any]]) -> list[str]:
        """Return what each of *replies*, of messages by their ts, says."""
        batches = [[CountedVote(**vote) for vote in body] for _, body in replies]
        names = await self._read_vote_names(team, [t for votes in batches for t in votes])
        texts = ["\n".join(words.format_vote(t, names) for t in votes) for votes in batches]
        self._add_thanks(team, replies, texts)
        return texts

    def _add_thanks(
        self, team: str, replies: Sequence[tuple[str, Any]], texts: MutableSequence[str]
    ) -> None:
        """Add something friendly to the first of *texts* that tells of points for the app."""
        own = self.notice_writer.identity.bot_user
        if not self.rulebook.get_settings(team).thanks:
            return
        for at, (ts, body) in enumerate(replies):
            points = sum(vote["points"] for vote in body if vote["target"] == own)
            if points:
                texts[at] += f"\n{choose_thanks(points, ts)}"
                return

    async def _read_vote_names(self, team: str, votes: Sequence[CountedVote]) -> Mapping[str, str]:
        reasons = [user for t in votes for user in words.find_mentioned(t.reason or "")]
        givers = [t.by for t in votes if t.by]
        return await self._read_names(team, [*(t.target for t in votes), *givers, *reasons])

    async def _read_names(self, team: str, targets: Sequence[str]) -> dict[str, str]:
        things = [target for target in targets if is_thing(target)]
        people = await self.people.read_names(team, [t for t in targets if not is_thing(t)])
        if not things:
            return people
        return people | await self.database.run(lambda c: standings.read_spellings(c, team, things))

    async def _render_board(self, reply: Reply) -> Page:
        body = reply.body
        # An earlier version wrote only how many places were asked for.
        typed, known = (
            body.get("words") or str(body["count"]),
            self.boards.read_season_names(reply.team_id),
        )
        show = leaderboard.read_leaderboard(typed, known)
        if not isinstance(show, ShowBoard):
            return Page(usage.explain_unclear(UnclearQuery()))
        public, shown = not reply.only_for, body.get("shown", False)
        query = BoardQuery(reply.team_id, body["reader"], reply.channel_id, show, public, shown)
        return await self.boards.render(query)

    async def _render_score(self, reply: Reply) -> Page:
        target, spelling = reply.body["target"], reply.body["spelling"]
        names = await self._read_names(reply.team_id, [target])
        names.setdefault(target, spelling or target)
        return Page(words.format_score(target, reply.body["score"], names))

    async def _render_opted_out(self, reply: Reply) -> Page:
        people = reply.body["people"]
        return Page(
            self_service.explain_opt_outs(
                people, await self.people.read_names(reply.team_id, people)
            )
        )

    async def _render_offer(self, reply: Reply) -> Page:
        known = await self.people.read_people(
            reply.team_id, [user for _, user in reply.body["offers"]]
        )
        return offers.render_question(reply.body["handle"], reply.body["offers"], known)

    def _render_refusals(self, reply: Reply) -> str:
        settings = self.rulebook.get_settings(reply.team_id, reply.channel_id)
        return refusals.render_refusals(reply.body, settings)


def build_arguments(reply: Reply, content: Page, ids: Sequence[int]) -> dict[str, Any]:
    """Return what chat.postMessage or chat.postEphemeral is called with, the thread apart."""
    own = {"channel": reply.channel_id, "text": content.text}
    if content.blocks:
        own["blocks"] = content.blocks  # type: ignore[assignment]
    if reply.only_for:
        return own | {"user": reply.only_for}
    # The metadata tells a later process what was posted when the answer never arrived.
    metadata = {"event_type": "pptbot_replies", "event_payload": {"ids": list(ids)}}
    return own | {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}


def _read_unclear(body: dict[str, str]) -> UnclearQuery:
    """Return what was not understood; an earlier version did not write it down."""
    return (
        UnclearQuery(body["word"], UnclearReason(body["why"]), body["nearest"])
        if body
        else UnclearQuery()
    )


def _fit(texts: Sequence[str]) -> tuple[Page, int]:
    """Return a message of as many of *texts* as it can hold, at least one, and their number."""
    fitting = max(1, sum(1 for length in _measure_lengths(texts) if length <= MAX_TEXT))
    return Page("\n".join(texts[:fitting])), fitting


def _measure_lengths(texts: Sequence[str]) -> Iterator[int]:
    length = -1
    for text in texts:
        length += len(text) + 1
        yield length
