"""Renders outbox replies as Slack messages."""

from collections.abc import Mapping, MutableSequence, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, cast

from app.core.commands import leaderboard
from app.core.commands.leaderboard import ShowBoard
from app.core.commands.unclear import UnclearQuery
from app.core.grammar.hints import HintKind
from app.core.message import TIMESTAMP, SlotKey
from app.core.own_posts import BoostReply, FeedReply, RecapReply
from app.core.reactions import JOINED
from app.core.replies import (
    BoardReply,
    CountedVote,
    DigestReply,
    FirstPointReply,
    HelloReply,
    HelpReply,
    HintReply,
    NoticeReply,
    OfferReply,
    OptOutsReply,
    RefusalsReply,
    ScoreReply,
    UnclearReply,
    VotesReply,
    WelcomeReply,
)
from app.core.settings.definitions import BoardAccess, Settings
from app.slack.outbound.board_messages import BoardQuery, Boards
from app.slack.outbound.lost_posts import build_metadata
from app.slack.outbound.unasked_posts import NoticeRenderer, render_feed, render_recap
from app.slack.render_context import RenderContext
from app.slack.views import help_pages, offers
from app.slack.views.blocks import Page
from app.store.outbox import outbox
from app.store.outbox.outbox import ClaimedReply
from app.store.votes import joins
from app.store.votes.joins import find_joining_message
from app.usecases import recaps
from app.words import boosts as boost_words
from app.words import refusals, self_service, usage
from app.words import votes as words
from app.words.catalog import say, use_language
from app.words.notices import choose_thanks
from app.words.usage import say_hello

MAX_TEXT: Final = 3500
"""Characters per post; Slack advises staying below 4,000."""


@dataclass(frozen=True, slots=True)
class ReplyRenderer:
    """Dependencies for rendering replies."""

    context: RenderContext
    boards: Boards

    @property
    def _notices(self) -> NoticeRenderer:
        return NoticeRenderer(self.context)

    def use_language(self, team: str) -> AbstractContextManager[None]:
        """Use the language of *team* inside the context."""
        settings = self.context.rulebook.get_settings(team)
        return use_language(settings.language, self.context.identity.name)

    def get_settings(self, reply: ClaimedReply) -> Settings:
        """Return the settings of the channel of *reply*."""
        return self.context.rulebook.get_settings(reply.team_id, reply.channel_id)

    def list_joining_accounts(self, reply: ClaimedReply) -> Sequence[str]:
        """Return all accounts of the person whose join is in the slot of *reply*."""
        voter = reply.slot.removesuffix(JOINED)
        return self.context.rulebook.get_rules(reply.team_id).list_accounts(voter)

    async def render(self, batch: Sequence[ClaimedReply]) -> tuple[Page, int]:
        """Return a message for *batch*, replies of one kind, and how many of them fit in it.

        Raises UnavailableError when the database doesn't answer, and UnknownRecipientError.
        """
        first, contents = batch[0], [reply.content for reply in batch]
        match contents[0]:
            case VotesReply():
                votes = cast("list[VotesReply]", contents)
                times = [reply.message_ts for reply in batch]
                texts = await self._render_votes(
                    first.team_id, list(zip(times, votes, strict=True))
                )
                return _fit(texts)
            case NoticeReply():
                received = cast("list[NoticeReply]", contents)
                return _fit(await self._notices.render_notices(batch, received))
            case FeedReply():
                entries = cast("list[FeedReply]", contents)
                return _fit(await render_feed(self.context, first.team_id, entries, MAX_TEXT))
            case _:
                return await self._render_single(first), 1

    async def _render_single(self, reply: ClaimedReply) -> Page:
        match reply.content:
            case RecapReply() as recap:
                page = await render_recap(
                    self.context, reply.team_id, recap.period, recaps.PATIENCE
                )
            case BoostReply() as boost:
                page = Page(boost_words.announce(boost))
            case OfferReply() as offer:
                page = await self._render_offer(reply, offer)
            case BoardReply() as board:
                page = await self._render_board(reply, board)
            case ScoreReply() as score:
                page = await self._render_score(reply, score)
            case UnclearReply(query):
                page = Page(usage.explain_unclear(query))
            case HelpReply():
                page = help_pages.render_help(self.context.rulebook.get_settings(reply.team_id))
            case WelcomeReply(decides):
                page = help_pages.render_welcome(decides=decides)
            case _:
                page = Page(await self._explain(reply))
        return page

    async def _explain(self, reply: ClaimedReply) -> str:
        """Return the text of a reply that has no blocks; most are for one person."""
        match reply.content:
            case DigestReply():
                return await self._notices.render_digest(reply, MAX_TEXT)
            case FirstPointReply(gift):
                return await self._notices.render_first_point(reply, gift)
            case HelloReply():
                return say_hello(self.get_settings(reply))
            case HintReply(kind, person, spelling):
                names = await self.context.people.read_names(reply.team_id, [person])
                minutes = self.get_settings(reply).undo_window // 60
                by_message = kind is HintKind.FIRST_VOTE and await self._is_by_message(reply)
                name = names.get(person, "")
                return refusals.render_hint(kind, name, spelling, minutes, by_message=by_message)
            case OptOutsReply(people):
                names = await self.context.people.read_names(reply.team_id, people)
                return self_service.explain_opt_outs(people, names)
            case RefusalsReply(notes):
                return refusals.render_refusals(notes, self.get_settings(reply))
            case other:
                raise TypeError(f"nothing renders a reply of the kind {other.kind}")

    async def _is_by_message(self, reply: ClaimedReply) -> bool:
        """Return whether *reply* answers the voter's own message, or a join by message.

        All other votes are on someone else's message, or on none.
        """
        if not joins.is_joined(reply):
            return not reply.slot and TIMESTAMP.fullmatch(reply.message_ts) is not None
        thanked = SlotKey(reply.team_id, reply.channel_id, reply.message_ts)
        accounts = self.list_joining_accounts(reply)
        run = self.context.database.run
        place = await run(find_joining_message, thanked, accounts)
        return place is not None and place != reply.message_ts

    async def render_update(self, reply: ClaimedReply) -> Page:
        """Return the current content of the message that contains *reply*, maybe with others.

        It's empty if nobody is to know of it any more.
        """
        run = self.context.database.run
        replies = await run(outbox.read_replies_in_post, reply)
        if isinstance(reply.content, FeedReply):
            entries = [cast("FeedReply", one) for _, one in replies]
            texts = await render_feed(self.context, reply.team_id, entries, MAX_TEXT)
            return _fit_or_count([*filter(None, texts)])
        votes = [(ts, cast("VotesReply", one)) for ts, one in replies]
        # each text at least counts the votes it has no room for
        return Page("\n".join(await self._render_votes(reply.team_id, votes, shared=True)))

    async def _render_votes(
        self, team: str, replies: Sequence[tuple[str, VotesReply]], *, shared: bool = False
    ) -> list[str]:
        """Return the text of each of *replies*, given with the ts of the message it answers.

        Each text fits a message of its own; with *shared*, all together fit one.
        """
        batches = [reply.votes for _, reply in replies]
        names = await self._read_vote_names(team, [t for votes in batches for t in votes])
        texts, left = list[str](), MAX_TEXT
        settings = self.context.rulebook.get_settings(team)
        for votes in batches:
            room = left if shared else MAX_TEXT
            texts.append(
                words.format_votes(votes, names, room, milestones=settings.milestones)
                if settings.scores
                else words.note_votes(votes, names, room)
            )
            left -= len(texts[-1]) + 1
        self._add_thanks(team, replies, texts)
        return texts

    def _add_thanks(
        self, team: str, replies: Sequence[tuple[str, VotesReply]], texts: MutableSequence[str]
    ) -> None:
        """Append a friendly line to the first of *texts* about points for the app itself."""
        app_user = self.context.identity.bot_user
        if not self.context.rulebook.get_settings(team).thanks:
            return
        for at, (ts, reply) in enumerate(replies):
            points = sum(vote.points for vote in reply.votes if vote.target == app_user)
            if points:
                texts[at] += f"\n{choose_thanks(points, ts)}"
                return

    async def _read_vote_names(self, team: str, votes: Sequence[CountedVote]) -> Mapping[str, str]:
        targets = [target for vote in votes for target in (vote.target, vote.by) if target]
        reasons = [vote.reason for vote in votes]
        return await self.context.people.read_names(team, targets, reasons)

    async def _render_board(self, reply: ClaimedReply, board: BoardReply) -> Page:
        if board.shown and reply.only_for:
            return Page(say("board-threads-only"))
        known = self.boards.read_season_names(reply.team_id)
        show = leaderboard.read_leaderboard(board.words, known)
        if not isinstance(show, ShowBoard):
            return Page(usage.explain_unclear(UnclearQuery()))
        where = reply.team_id, board.reader, reply.channel_id
        return await self.boards.render(BoardQuery(*where, show, not reply.only_for, board.shown))

    async def _render_score(self, reply: ClaimedReply, score: ScoreReply) -> Page:
        account = self.context.rulebook.resolve_alias(reply.team_id, reply.only_for)
        if reply.only_for and score.target != account:
            closed = self.context.rulebook.get_settings(reply.team_id).boards is BoardAccess.OFF
            return Page(say("board-off" if closed else "board-own-only"))
        names = await self.context.people.read_names(reply.team_id, [score.target])
        if score.spelling:
            names.setdefault(score.target, score.spelling)
        return Page(words.format_score(score.target, score.score, names))

    async def _render_offer(self, reply: ClaimedReply, offer: OfferReply) -> Page:
        users = [user for _, user in offer.offers]
        known = await self.context.people.read_people(reply.team_id, users)
        return offers.render_question(offer.handle, offer.offers, known)


def build_arguments(reply: ClaimedReply, content: Page, ids: Sequence[int]) -> dict[str, Any]:
    """Return the arguments for chat.postMessage or chat.postEphemeral, except the thread."""
    arguments = {"channel": reply.channel_id, "text": content.text}
    if content.blocks:
        arguments["blocks"] = content.blocks  # type: ignore[assignment]
    if reply.only_for:
        return arguments | {"user": reply.only_for}
    return arguments | {
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": build_metadata(ids),
    }


def _fit_or_count(texts: Sequence[str]) -> Page:
    """Return a message with as many of *texts* as fit and, if there are others, their number."""
    page, fitting = _fit(texts)
    more = len(texts) - fitting
    return Page(f"{page.text}\n{say('votes-more', count=more)}") if more > 0 else page


def _fit(texts: Sequence[str]) -> tuple[Page, int]:
    """Return a message with as many of *texts* as fit, at least one, and their number."""
    lengths = accumulate(len(text) + 1 for text in texts)
    fitting = max(1, sum(length <= MAX_TEXT + 1 for length in lengths))
    return Page("\n".join(filter(None, texts[:fitting]))), fitting
