"""How votes are answered, in each mode and for each kind of message."""

from app.core.audience import UNANSWERED, Answering, Audience, Way, choose_answering, is_quiet
from app.core.message import NOTHING, Message
from app.core.settings.definitions import Notices, Replies, Settings
from tests.tables import each

TS = "1763660000.000100"


def message(ts=TS, **more):
    return Message("T1", "C1", ts, "U1", NOTHING, **more)


@each(
    ("mode", "expected"),
    [
        (Replies.THREAD, Answering()),
        (Replies.CHANNEL, Answering(in_channel=True)),
        (Replies.REACTION, Answering(way=Way.REACTION)),
        (Replies.EPHEMERAL, Answering(Audience.VOTER)),
        (Replies.SILENT, Answering(Audience.NOBODY)),
    ],
)
def test_each_mode_answers_in_its_way(mode, expected):
    assert choose_answering(Settings(replies=mode), message()) == expected


def test_without_a_message_to_react_to_only_the_voter_is_told():
    told = choose_answering(Settings(replies=Replies.REACTION), message("shortcut/V1"))
    assert told == Answering(Audience.VOTER)


@each("mode", Replies)
@each("notices", Notices)
def test_receivers_get_direct_messages_in_every_mode_if_the_setting_says_so(mode, notices):
    told = choose_answering(Settings(replies=mode, notices=notices), message())
    assert told.notices == (notices is Notices.DIRECT)


@each("mode", Replies)
def test_a_quiet_channel_gets_no_answer_in_any_mode(mode):
    settings = Settings(replies=mode, notices=Notices.DIRECT, quiet_channels=("C0", "C1"))
    assert choose_answering(settings, message()) == UNANSWERED
    assert is_quiet(settings, message())


def test_votes_of_an_old_message_count_without_an_answer():
    assert choose_answering(Settings(), message(quiet=True)) == UNANSWERED
    assert not is_quiet(Settings(quiet_channels=("C2",)), message())


@each(
    ("in_channel", "more", "thread"),
    [
        (False, {}, TS),
        (False, {"thread_ts": "1.1"}, "1.1"),
        (True, {}, None),
        (True, {"thread_ts": "1.1"}, "1.1"),
        (True, {"slot": "U2"}, TS),
        (True, {"slot": "U2", "thread_ts": "1.1"}, "1.1"),
    ],
)
def test_an_answer_stands_where_the_mode_and_the_message_put_it(in_channel, more, thread):
    assert Answering(in_channel=in_channel).choose_thread(message(**more)) == thread
