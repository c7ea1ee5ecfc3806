"""Kinds of replies: each is read from the outbox as it was written."""

import json
from datetime import UTC, date, datetime

import pytest

from app.core.boosts import BoostEvent
from app.core.commands.unclear import UnclearQuery, UnclearReason
from app.core.grammar.hints import HintKind
from app.core.own_posts import BoostReply, FeedReply, RecapReply
from app.core.refusals import Refusal
from app.core.replies import (
    DIRECT,
    JOINING,
    REPLIES,
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
    RefusalNote,
    RefusalsReply,
    ScoreReply,
    UnclearReply,
    VotesReply,
    WelcomeReply,
    read_reply,
)
from app.core.reply_body import ReplyKind, encode
from tests.tables import each

END = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
EXAMPLES = [
    VotesReply((CountedVote("U1", 1, 3, "the docs", "for"), CountedVote("U2", 0, 1, was=2))),
    VotesReply((CountedVote("U1", 1, 3, by="U9"),)),
    RefusalsReply((RefusalNote(Refusal.SELF), RefusalNote(Refusal.COOLDOWN, limit=3))),
    RefusalsReply((RefusalNote(Refusal.BANNED, until=END),)),
    ScoreReply("thing:db", 7, "DB"),
    OptOutsReply(("U1", "U2")),
    BoardReply("things week", "U1", shown=True),
    HelpReply(),
    UnclearReply(UnclearQuery("wekk", UnclearReason.UNKNOWN, "week")),
    OfferReply("bob", ((17, "U1"), (18, "U2"))),
    HintReply(HintKind.BEFORE, "U2"),
    HintReply(HintKind.SLIP, "U2", "bobb"),
    WelcomeReply(),
    WelcomeReply(decides=False),
    HelloReply(),
    FirstPointReply(NoticeReply("U1", "C1", 1, "the docs", by_workflow=True)),
    NoticeReply("U1", "C1", 2, "the docs", "for"),
    DigestReply(),
    FeedReply("U1", "C1", (("U2", 2, "the docs"), ("thing:db", 1, None))),
    RecapReply("2026-W46", date(2026, 11, 9), date(2026, 11, 15)),
    BoostReply(
        BoostEvent.ENDING,
        2,
        "Release day",
        everywhere=True,
        minutes=15,
        ends_at=END,
    ),
]


def test_there_is_an_example_of_every_kind():
    assert {reply.kind for reply in EXAMPLES} == {reply.kind for reply in REPLIES} == {*ReplyKind}


@each("reply", EXAMPLES)
def test_a_reply_is_read_as_it_was_written(reply):
    assert read_reply(reply.kind, json.loads(json.dumps(reply.to_json()))) == reply


def test_an_invalid_reply_is_refused():
    with pytest.raises(ValueError, match="target"):
        read_reply("votes", [{"nonsense": 1}])
    with pytest.raises(ValueError, match="nonsense"):
        read_reply("nonsense", {})


def test_a_note_names_only_what_its_sentence_needs():
    assert encode(RefusalNote(Refusal.SELF)) == {"reason": "self"}
    assert encode(RefusalNote(Refusal.COOLDOWN, 3)) == {"reason": "cooldown", "limit": 3}


def test_which_kinds_share_a_post_and_which_are_direct():
    assert JOINING == (ReplyKind.VOTES, ReplyKind.NOTICE, ReplyKind.FEED)
    assert DIRECT == (ReplyKind.NOTICE, ReplyKind.FIRST_POINT, ReplyKind.DIGEST)
