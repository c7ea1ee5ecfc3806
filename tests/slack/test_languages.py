"""Cards, histories, the App Home and forms in other languages."""

import re
from datetime import UTC, date, datetime

import pytest

from app.core.boards import periods
from app.core.boards.definitions import GIVERS, USERS
from app.core.boards.shares import RankedScore, Standing
from app.core.commands.leaderboard import ShowBoard
from app.core.ledger import LedgerEntry
from app.core.own_posts import FeedReply
from app.core.settings.definitions import Settings
from app.core.settings.setting import SettingChange
from app.core.vote import Vote
from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.blocks import check_view, read_content
from app.devtools.fake_slack.workspace import Workspace
from app.slack.listeners.karma_subcommands import read_subcommand
from app.slack.views import help_pages
from app.slack.views import home as home_views
from app.slack.views import karma as karma_views
from app.slack.views import self_service as act_views
from app.slack.views.karma import CardContext
from app.store.votes.history import Sums
from app.usecases.allowance import Allowance
from app.usecases.cards import Card, PastVotes, Score
from app.usecases.home import Home
from app.usecases.standings import Leaderboard
from app.words import boards as board_words
from app.words import karma, notices, self_service, settings, usage
from app.words.catalog import FOLDER, LANGUAGES, WORDS, say, use_language
from tests.slack.test_home import read_stable_text, read_text

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = AT.date()
BOB, EVE, DB = "U0BOB00002", "U0EVE00005", "thing:db"
KNOWN = CardContext({BOB: "bob", EVE: "eve", DB: "DB"}, "https://x.slack.com/", [BOB])


def entry(voter, target, points=1, reason=None, **more):
    fields = {"channel": "C1", "ts": "1763630999.000100", "at": AT} | more
    return LedgerEntry(voter=voter, target=target, points=points, reason=reason, **fields)


LAST = [
    entry(EVE, BOB, 2, "the docs", edited=True),
    entry(BOB, DB, 0, was=-1),
    entry(BOB, EVE, -3),
    entry("", BOB),
    entry("", BOB, 1200, channel="", kind="archive"),
    entry("", BOB, 1, channel="", kind="import"),
    entry("", BOB, 0, channel="", kind="import", was=5),
]
SCORES = [
    Score(USERS, periods.EVER, 1234, 1),
    Score(USERS, periods.find_month(TODAY), 1, 3),
    Score(USERS, periods.find_week(TODAY), 0),
    Score(GIVERS, periods.EVER, 12, 2),
]
CARD = Card(
    [BOB], is_own=True, scores=SCORES, last=LAST[:1],
    sums=Sums(voters=[(EVE, 2)], reasons=[("the docs", 2)], targets=[(DB, 1)]),
)  # fmt: skip
PAGE = Home(
    [BOB],
    Leaderboard(
        ShowBoard(span="all"),
        periods.EVER,
        "UTC",
        [RankedScore(1, EVE, 3), RankedScore(2, BOB, 1)],
        None,
    ),
    standings=[None, Standing(2, 1, RankedScore(1, EVE, 3)), Standing(1, 3)],
    giver_standing=Standing(3, 12),
    received=LAST[:1],
    allowance=Allowance(7, 10),
)


def strip_times(text):
    return re.sub(r" · <!date.*", "", text, flags=re.MULTILINE)


def read_accepted(page):
    read_content(Workspace.create_example(), {"text": page.text, "blocks": page.blocks})
    return strip_times(page.text)


def test_card_in_german():
    with use_language("de"):
        page = karma_views.render_card(
            CARD, KNOWN, [act_views.render_undo_button(7, say("self-service-undo-last"))]
        )
    assert read_accepted(page) == (
        "Dein Karma\n"
        "Insgesamt: 1.234 Punkte, 1. Platz\n"
        "November 2026: 1 Punkt, 3. Platz\n"
        "Woche vom 16.–22. November: 0 Punkte\n"
        "Insgesamt gegeben: 12 Punkte, 2. Platz\n"
        "Zuletzt für: „the docs“ (2 Punkte)\n"
        "Zuletzt von: eve, 2 Punkte\n"
        "Zuletzt an: DB, 1 Punkt\n"
        "Neueste Einträge:\n"
        "+2 von eve: „the docs“ (bearbeitet) · in <#C1>"
    )
    buttons = [button["text"]["text"] for button in page.blocks[-1]["elements"]]
    assert buttons == ["Verlauf", "Rangliste", "Letzte Punkte rückgängig machen"]


def test_history_in_german():
    with use_language("de"):
        page = karma_views.render_history(PastVotes([BOB], is_own=True, entries=LAST), KNOWN)
    assert read_accepted(page) == (
        "Dein Verlauf: die letzten 7 Einträge\n"
        "+2 von eve: „the docs“ (bearbeitet) · in <#C1>\n"
        "-1 an DB (rückgängig gemacht) · in <#C1>\n"
        "-3 an eve · in <#C1>\n"
        "+1 von jemandem · in <#C1>\n"
        "1.200 Punkte von früher, als Summe aufbewahrt\n"
        "1 Punkt aus einer Datei importiert\n"
        "5 Punkte aus einer Datei importiert und wieder entfernt"
    )
    assert "^{date_short_pretty} um {time}|2026-11-20 09:30 UTC>" in page.text
    assert "archives/C1/p1763630999000100|öffnen>" in page.text


def test_search_in_german_names_voter_and_target():
    with use_language("de"):
        page = karma_views.render_search(
            PastVotes((), is_own=False, entries=LAST[:1]), "docs", "docs", KNOWN
        )
    assert read_accepted(page) == (
        "1 Treffer für „docs“\n+2 von eve an dich: „the *docs*“ (bearbeitet) · in <#C1>"
    )


def test_app_home_in_german():
    with use_language("de"):
        view = home_views.render_home(PAGE, KNOWN, AT, invited=True)
        board = board_words.format_board_title(PAGE.board.show, periods.EVER, "UTC", full=False)
        places = [board_words.format_place(place, KNOWN.names) for place in PAGE.board.places]
    check_view(view)
    assert read_stable_text(view).partition("\nStand: ")[0] == "\n".join([
        "Dein Karma",
        "*Diese Woche*\nNoch keine Punkte",
        "*Dieser Monat*\n2. Platz mit 1 Punkt\n2 Punkte hinter eve",
        "*Insgesamt*\n1. Platz mit 3 Punkten",
        "*Von dir gegeben*\n12 Punkte\n3. Platz beim Geben",
        "Du kannst heute noch 7 von deinen 10 Punkten geben.",
        "Karma geben\nHilfe",
        board,
        *places,
        "Diese Woche\nDieser Monat\n✓ Insgesamt",
        "*Zuletzt bekommen*",
        "• +2 von eve: „the docs“ (bearbeitet) · in <#C1>",
        "*Zuletzt gegeben*",
        "Noch nichts: `@jemand++ für das Release` gibt einen Punkt.",
        "Punkte aus einem geschlossenen Channel stehen nur dort.",
    ])  # fmt: skip
    assert "Leaderboard" not in read_text(view)


def test_german_forget_form_asks_for_the_same_confirmation_words():
    with use_language("de"):
        form = act_views.render_forget_form()
        mistyped = say("self-service-forget-mistyped", words=self_service.FORGET_WORDS)
    check_view(form)
    assert form["title"]["text"] == "Vergiss mich"
    *_, last_block = form["blocks"]
    assert last_block["label"]["text"] == f"Tippe zur Bestätigung: {self_service.FORGET_WORDS}"
    assert self_service.FORGET_WORDS in mistyped


def test_undo_report_in_german():
    votes = [Vote(BOB, 2, "the docs"), Vote(DB, -1)]
    with use_language("de"):
        more = self_service.list_undoable_votes(votes[1:], KNOWN.names, "<#C1>", 61)
        page = act_views.render_undo(
            self_service.report_undo(votes, KNOWN.names, say("self-service-here"), 5), (7, more)
        )
        many = self_service.list_votes([Vote(BOB, 1)] * 1028, KNOWN.names)
    assert read_accepted(page) == (
        "Rückgängig gemacht: bob +2 „the docs“, DB -1 (hier, gerade eben).\n"
        "Auch das geht noch rückgängig: DB -1 (<#C1>, vor 1 Minute)"
    )
    assert many.endswith(", bob +1 und 1.003 weitere")


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([BOB], "bob macht nicht mit, darum zähle ich keine Punkte"),
        ([BOB, EVE], "bob und eve machen nicht mit, darum zähle ich"),
        ([BOB, EVE, "U1"], "bob, eve und jemand machen nicht mit,"),
    ],
)
def test_opt_out_explanation_in_german(people, said):
    with use_language("de"):
        assert self_service.explain_opt_outs(people, KNOWN.names).startswith(said)


def test_settings_without_a_value_in_german():
    changes = [
        SettingChange("recap_channel", None, "C1"),
        SettingChange("quiet_channels", [], ["C1"]),
    ]
    with use_language("de"):
        assert settings.report_changes("", changes)[1:] == [
            "• Channel des Rückblicks: keiner → <#C1>",
            "• Stille Channels: keine → <#C1>",
        ]


def test_month_and_week_across_two_months_in_german():
    with use_language("de"):
        week = karma.format_period(periods.find_week(date(2026, 12, 1)))
        month = karma.format_period(periods.find_month(date(2026, 3, 1)))
    assert (week, month) == ("Woche vom 30. November – 6. Dezember", "März 2026")


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        (((BOB, 2, "x"),), "eve hat 2 Punkte an bob gegeben: „x“ · in <#C1>"),
        (
            ((BOB, 1, None), (DB, 1, None)),
            "eve hat je 1 Punkt an bob und das Ding „DB“ gegeben · in",
        ),
        (((BOB, 1, None),) * 12, f"eve hat je 1 Punkt an {'bob, ' * 9}bob und 2 weitere gegeben"),
    ],
)
def test_feed_in_german(votes, said):
    with use_language("de"):
        assert notices.format_entry(FeedReply(EVE, "C1", votes), KNOWN.names, 500).startswith(said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("give", "Da fehlt noch etwas, zum Beispiel so: `/karma give @bob 2 für das Release`."),
        ("search", "Da fehlt noch etwas, zum Beispiel so: `/karma search release`."),
        ("<@U1> bitte <#C1|>", "„@jemand bitte #channel“ kenne ich nicht. Versuch es mit"),
        ("undo <!subteam^S1>", "„@gruppe“ kenne ich nicht. Meinst du `/karma undo`?"),
        ("history <@U1>  y", "„y“ kenne ich nicht. Meinst du `/karma history`?"),
    ],
)
def test_unclear_command_explanation_in_german(typed, said):
    with use_language("de"):
        assert usage.explain_unclear_command(read_subcommand(typed)[1]).startswith(said)


@pytest.mark.parametrize(
    ("minutes", "english", "german"),
    [
        (0, "turned off here", "hier ausgeschaltet"),
        (1, "last points, for 1 minute\n", "rückgängig, 1 Minute lang\n"),
        (90, "last points, for 90 minutes\n", "rückgängig, 90 Minuten lang\n"),
    ],
)
def test_help_states_the_undo_window_in_english_and_german(minutes, english, german):
    assert english in usage.render_help(Settings(undo_window=minutes * 60))
    with use_language("de"):
        assert german in usage.render_help(Settings(undo_window=minutes * 60))
        assert len(usage.render_help(Settings(undo_window=minutes * 60)).splitlines()) <= 14


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("out", [False, True])
def test_slack_accepts_every_page_and_form_in_every_language(language, out):
    new = Home([BOB], PAGE.board, allowance=Allowance(0, 1))
    with use_language(language):
        views = [
            help_pages.render_help_form(help_pages.render_help(Settings(undo_window=86_400))),
            help_pages.render_help_form(
                help_pages.render_full_help(Settings(undo_window=86_400), say("admin-help"))
            ),
            act_views.render_forget_form(),
            *(
                act_views.render_forget_outcome(said)
                for said in (say("self-service-forgotten"), say("self-service-forgotten-out"))
            ),
            home_views.render_home(
                Home([BOB], PAGE.board, opted_out=out), KNOWN, AT, invited=False
            ),
            home_views.render_home(new, KNOWN, AT, invited=out),
            home_views.render_home(PAGE, KNOWN, AT, invited=out),
        ]
        labels = [label() for label in board_words.PERIODS.values()]
        pages = [
            karma_views.render_card(
                Card([BOB], is_own=out, scores=SCORES, hidden=["opted_out"]), KNOWN
            ),
            karma_views.render_card(Card([DB], is_own=False), KNOWN),
            karma_views.render_history(PastVotes([DB], is_own=False, entries=LAST), KNOWN),
            act_views.render_undo("x", (1, "y")),
        ]
    assert [fault for view in views if (fault := find_refusal(check_view, view))] == []
    assert [fault for page in pages if (fault := find_refusal(read_accepted, page))] == []
    assert max(map(len, labels)) <= 70


def find_refusal(check, shown):
    """Return Slack's error messages if *check* rejects *shown*, otherwise an empty string."""
    try:
        check(shown)
    except MethodError as refusal:
        return " ".join(refusal.messages)
    return ""


COMMAND = re.compile(r"`(/[^`]*)`")
REASON = "|".join(sorted(map(re.escape, WORDS.reasons), key=len, reverse=True))


def list_quoted_commands(language):
    """Return the commands quoted in a language's phrases, by the id of the phrase.

    Quoted names and reasons are masked, since translations may differ in them.
    """
    files = sorted((FOLDER / language).glob("*.ftl"))
    lines = "\n".join(re.sub(r"(?m)^#.*", "", file.read_text("utf-8")) for file in files)
    messages = re.split(r"(?m)^(?=[a-z][a-z0-9-]* =)", lines)
    return {
        m.partition(" =")[0]: sorted(set(map(mask_examples, COMMAND.findall(m))))
        for m in messages[1:]
    }


def mask_examples(command):
    return re.sub(rf'"[^"]*"|(?<=karma season ).*|(?<= )(?:{REASON}) (?!\d).*', "…", command)


@pytest.mark.parametrize("language", LANGUAGES)
def test_quoted_commands_are_the_same_in_every_language(language):
    assert list_quoted_commands(language) == list_quoted_commands("en")
    assert any(list_quoted_commands(language).values())
