"""`/karma` as people use it: cards, histories, searches, and help that works when pasted."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.boards import periods
from app.core.ledger import LedgerEntry
from app.core.settings.definitions import Settings
from app.devtools.fake_slack import events
from app.devtools.fake_slack.blocks import read_content
from app.devtools.fake_slack.composer import compose_command
from app.devtools.fake_slack.values import SlackMember
from app.devtools.fake_slack.workspace import Workspace
from app.slack.listeners.karma_subcommands import TABLE
from app.slack.views import karma as views
from app.slack.views.karma import CardContext
from app.store.votes.history import Sums
from app.usecases.cards import Card, PastVotes, Score
from app.words import karma as words
from app.words import usage
from tests.logged import logged
from tests.slack.test_typed_names import announce
from tests.tables import each

ANN, BOB, EVE = "U0ANN00001", "U0BOB00002", "U0EVE00005"


async def karma(talk, typed="", by="ann", channel=""):
    """Type the command as a member, as in Slack; return the text of the reply."""
    answer = await ask(talk, typed, by, channel)
    return re.sub(r" · <!date.*", "", answer["text"], flags=re.MULTILINE)


async def ask(talk, typed="", by="ann", channel=""):
    text = compose_command(typed, talk.slack.workspace)
    answer = await talk.command(text, by=by, command="/karma", channel=channel)
    assert answer["response_type"] == "ephemeral"
    return answer


async def cast_some_votes(talk):
    await talk.said("@bob++ for the docs", by="ann")
    await talk.said("@bob+++ @carol++ for the release", by="eve")
    await talk.said("Postgres++ for being fast", by="bob")


async def mark_public(talk, *channels):
    """Store *channels* as public."""
    known = "INSERT INTO workspaces (team_id) VALUES (%s) ON CONFLICT DO NOTHING RETURNING 1"
    await talk.rows(known, talk.slack.workspace.team_id)
    await talk.rows(
        "INSERT INTO channels (team_id, channel_id, private) SELECT %s, unnest(%s::text[]), false"
        " ON CONFLICT (team_id, channel_id) DO UPDATE SET private = false RETURNING 1",
        talk.slack.workspace.team_id,
        [talk.slack.workspace.find_channel(name).id for name in channels],
    )


async def hide(talk, user, why="opted_out"):
    team = talk.slack.workspace.team_id
    query = "INSERT INTO hidden_members (team_id, user_id, why) VALUES (%s, %s, %s) RETURNING 1"
    await talk.rows(query, team, user, why)


async def test_marks_around_a_thing_are_dropped_unless_its_name_has_them(talk):
    await talk.said('postgres++ "Yahoo!"++')
    for typed in ("postgres?", "(postgres)!", "history postgres.", "'postgres'。"):
        assert "postgres" in (said := (await talk.command(typed, command="/karma"))["text"])
        assert "1 point" in said or "+1" in said
    for typed in ("Yahoo!", '"Yahoo!"?', "history yahoo!"):
        assert "Yahoo!" in (await talk.command(typed, command="/karma"))["text"]
    assert "postgres?" in (await talk.command('"postgres?"', command="/karma"))["text"]


async def test_card_lists_points_ranks_reasons_people_and_latest_votes(talk):
    await cast_some_votes(talk)
    today = datetime.now(UTC).date()
    month, week = (
        words.format_period(periods.find_month(today)),
        words.format_period(periods.find_week(today)),
    )
    assert await karma(talk, by="bob") == (
        "Your karma\n"
        "All time: 3 points, 1st\n"
        f"{month}: 3 points, 1st\n"
        f"{week}: 3 points, 1st\n"
        "Given, all time: 1 point, 2nd\n"
        'Lately for: "the release" (2 points) · "the docs" (1 point)\n'
        "Lately from: eve, 2 points · ann, 1 point\n"
        "Lately to: Postgres, 1 point\n"
        "Latest:\n"
        '+2 from eve: "the release" · in <#C0GENERAL1>\n'
        '+1 from ann: "the docs" · in <#C0GENERAL1>'
    )


async def test_anyone_may_see_anyones_card(talk):
    await cast_some_votes(talk)
    assert (await karma(talk, "@bob", by="eve")).endswith(
        '+2 from you: "the release" · in <#C0GENERAL1>\n+1 from ann: "the docs" · in <#C0GENERAL1>'
    )
    assert await karma(talk, "me", by="bob") == await karma(talk, "@bob", by="bob")


@pytest.mark.parametrize("typed", ["postgres", "POSTGRES", '"postgres"', "@postgres"])
async def test_thing_card_uses_the_last_written_spelling(talk, typed):
    await cast_some_votes(talk)
    lines = (await karma(talk, typed)).splitlines()
    assert lines[:2] == ['The thing "Postgres"', "All time: 1 point, 1st"]
    assert lines[-1] == '+1 from bob: "being fast" · in <#C0GENERAL1>'


async def test_history_line_has_a_localized_time_and_a_link(talk):
    post = await talk.said("@bob++ for the docs")
    url = talk.slack.workspace.url
    (line,) = (await ask(talk, "history @bob"))["text"].splitlines()[1:]
    assert f"<!date^{post.ts.partition('.')[0]}^{{date_short_pretty}} at {{time}}|20" in line
    assert f"<{url}archives/C0GENERAL1/p{post.ts.replace('.', '')}|open>" in line


async def test_edits_and_withdrawals_are_one_history_line_each(talk):
    first = await talk.said("@bob++ for the docs")
    second = await talk.said("@bob++ for nothing")
    third = await talk.said("@carol++", by="bob")
    for post, text in ((first, "@bob+++ for the good docs"), (second, "never mind")):
        await talk.edited(post, text)
    assert third
    assert await karma(talk, "history @bob") == (
        "bob: the last 3 entries\n"
        "+1 to carol · in <#C0GENERAL1>\n"
        "+1 from you (undone) · in <#C0GENERAL1>\n"
        '+2 from you: "the good docs" (edited) · in <#C0GENERAL1>'
    )
    assert len((await karma(talk, "history @bob 1")).splitlines()) == 2


async def test_history_and_card_buttons_switch_in_place(talk):
    await cast_some_votes(talk)
    card = await ask(talk, "@bob")
    await talk.click(card, views.HISTORY)
    (update,) = talk.updates()
    assert update["replace_original"] is True
    assert update["text"].startswith("bob: the last 3 entries")
    await talk.click(update, views.CARD)
    assert talk.updates()[-1]["text"] == card["text"]


async def test_card_button_opens_the_leaderboard(talk):
    await cast_some_votes(talk)
    await talk.click(await ask(talk, "@bob"), "leaderboard_switch_all")
    assert talk.updates()[-1]["text"].startswith("Leaderboard")


@each("value", ["", "thing:", "u0bob", "x" * 1999, "thing:" + "é" * 1900, "' OR 1=1"])
async def test_button_value_that_names_no_target_is_refused(talk, log_lines, value):
    card = await ask_for_bobs_card(talk)
    await talk.click(card, views.HISTORY, value=value)
    assert talk.updates() == []
    assert logged(log_lines, "action.refused")[-1]["reason"] == "misshapen"


async def test_button_value_with_nul_shows_a_thing_without_points(talk):
    await talk.click(await ask_for_bobs_card(talk), views.HISTORY, value="thing:\x00")
    assert talk.updates()[-1]["text"] == "Nothing to show for \ufffd here yet."


async def test_button_pressed_from_another_workspace_is_refused(talk, log_lines):
    stranger = {"id": talk.id_of("eve"), "team_id": "T0ELSEWHER"}
    await talk.click(await ask_for_bobs_card(talk), views.HISTORY, user=stranger)
    assert [update["text"] for update in talk.updates()] == ["That button is for somebody else."]
    assert [line["reason"] for line in logged(log_lines, "action.refused")] == ["stranger"]


async def ask_for_bobs_card(talk):
    await cast_some_votes(talk)
    return await ask(talk, "@bob")


async def test_button_shows_only_what_the_presser_may_see(talk):
    await cast_some_votes(talk)
    card = await ask(talk, "@bob")
    await hide(talk, BOB)
    await talk.click(card, views.HISTORY, by="eve")
    assert talk.updates()[-1]["text"] == ("bob has opted out, so there's nothing to show.")


async def test_search_finds_votes_by_words_of_their_reasons(talk):
    await cast_some_votes(talk)
    assert await karma(talk, "search rel") == (
        '2 results for "rel"\n'
        '+1 from eve to carol: "the *release*" · in <#C0GENERAL1>\n'
        '+2 from eve to bob: "the *release*" · in <#C0GENERAL1>'
    )
    assert await karma(talk, "search BEING fast") == (
        '1 result for "BEING fast"\n+1 from bob to Postgres: "*being* *fast*" · in <#C0GENERAL1>'
    )
    assert await karma(talk, "search nothing like it") == (
        'Nothing found for "nothing like it" in the reasons I can show here.'
    )
    assert await karma(talk, "search @bob nothing") == (
        'Nothing found for "@bob nothing" in the reasons I can show here.'
    )
    assert "no word to search for" in await karma(talk, "search -docs")


async def test_plain_name_means_the_member_unless_a_thing_has_points(talk):
    await cast_some_votes(talk)
    await announce(talk, "bob")
    assert (await karma(talk, "Bob")).startswith("bob\nAll time: 3 points")
    assert (await karma(talk, "history bob")).startswith("bob: the last 3 entries")
    await talk.decide(boards="own")
    assert "Cards are private here" in await karma(talk, "bob")
    await talk.decide(boards="everyone")
    await talk.command('give "bob" 1', command="/karma")
    assert (await karma(talk, "bob")).startswith('The thing "bob"\nAll time: 1 point')
    assert (await karma(talk, "history bob")).startswith("bob: the last entry")


async def test_history_prefers_the_whole_name_over_dropping_its_first_word(talk):
    ursula = SlackMember("U0URSULA01", "ursula", "von der Leyen", "Ursula von der Leyen")
    talk.slack.workspace.members[ursula.id] = ursula
    assert await talk.running.context.member_sync.read_first()
    for named in ('"of mice and men"', '"mice and men"', "postgres", "@ursula"):
        await talk.said(f"{named}++")
    for typed, shown in (
        ("of mice and men", "of mice and men"), ("of of mice and men", "of mice and men"),
        ("for mice and men", "mice and men"), ("of postgres", "postgres"),
        ("von der Leyen", "von der Leyen"),
    ):  # fmt: skip
        said = await karma(talk, f"history {typed}")
        assert said.replace('"', "").removeprefix("The thing ").startswith(f"{shown}: "), typed


async def test_search_for_a_members_name_offers_their_history(talk):
    await cast_some_votes(talk)
    await announce(talk, "bob", "eve")
    nothing = 'Nothing found for "{}" in the reasons I can show here.'
    for typed in ("bob", "Bob", "“bob”"):
        answer = await ask(talk, f"search {typed}")
        assert answer["text"] == f"{nothing.format(typed)} Did you mean bob's history?"
        await talk.click(answer, views.HISTORY)
        assert talk.updates()[-1]["text"].startswith("bob: the last 3 entries")
    assert await karma(talk, "search bobby") == nothing.format("bobby")
    await talk.decide(boards="own")
    assert await karma(talk, "search bob") == nothing.format("bob")
    assert "Did you mean bob's history?" in await karma(talk, "search bob", by="bob")


async def test_private_channel_votes_are_shown_only_there(talk):
    await talk.said("@bob++ for the secret plan", by="eve", channel="secret")
    for typed in ("@bob", "history @bob", "search secret"):
        assert "secret plan" not in (await ask(talk, typed))["text"].replace('"secret"', "")
        assert "C0SECRET04" not in str(await ask(talk, typed))
        assert re.search("secret.* plan", await karma(talk, typed, channel="secret"))
    assert "All time: 1 point, 1st" in await karma(talk, "@bob")


async def test_public_channel_votes_are_shown_everywhere(talk):
    await talk.said("@bob++ for the open plan", by="eve", channel="dev")
    await mark_public(talk, "dev")
    assert 'open plan" · in <#C0DEVDEV03>' in await karma(talk, "@bob", channel="random")


@pytest.mark.parametrize("why", ["opted_out", "deactivated", "forgotten"])
async def test_hidden_person_is_shown_to_nobody_else(talk, why):
    await cast_some_votes(talk)
    await hide(talk, BOB, why)
    for typed in ("@bob", "history @bob"):
        assert "nothing to show" in await karma(talk, typed)
    assert "from someone" in await karma(talk, "postgres")
    assert "bob" not in await karma(talk, "postgres")
    assert "bob" not in await karma(talk, "history", by="eve")
    assert "bob" not in await karma(talk, "search release")


async def test_own_card_shows_todays_remaining_allowance(talk):
    members, hour = talk.slack.workspace.members, datetime.now(UTC).hour
    elsewhere = "Pacific/Kiritimati" if hour >= 10 else "Pacific/Pago_Pago"  # another day now
    members[ANN] = replace(members[ANN], tz=elsewhere)
    await talk.decide(daily_allowance=5)
    assert await karma(talk) == (
        "You have no points yet. `/karma help` shows what else I can do."
        " You can still give 5 of your 5 points today."
    )
    await talk.said("@bob+++ for the docs", by="ann")
    assert "\nYou can still give 3 of your 5 points today." in await karma(talk)
    assert "today" not in await karma(talk, "@ann", by="bob")
    await talk.said("@bob+++++ for more", by="ann")
    assert talk.heard(to="ann")[-1].endswith("`/karma` shows what's left.")
    await talk.decide(daily_allowance=1)
    assert "You've given your point for today." in await karma(talk)
    await talk.decide(daily_allowance=None)
    assert "today" not in await karma(talk)


async def test_hidden_person_still_sees_their_own_card(talk):
    await cast_some_votes(talk)
    await hide(talk, BOB)
    text = await karma(talk, by="bob")
    assert "All time: 3 points" in text
    assert text.endswith("You've opted out: no board shows you, and only you see this.")
    assert "+2 from eve" in await karma(talk, "history", by="bob")


async def test_empty_cards_and_unknown_names_get_a_one_line_reply(talk):
    assert (await karma(talk)).startswith("You have no points yet.")
    assert await karma(talk, "@bob") == "bob has no points yet."
    assert await karma(talk, "history") == "Nothing to show for you here yet."
    assert "Did you mean `/karma history`?" in await karma(talk, "hisotry")
    assert await karma(talk, "@nobody") == (
        "I don't know who @nobody is. Pick them from the list that Slack offers while you type."
    )
    assert await karma(talk, "history @nobody") == await karma(talk, "@nobody")


@each("typed", ["{}\u200f", "\u200f{}\u200e", "\u2067{}\u2069", "\u200b{}\ufeff"])
async def test_invisible_characters_around_a_command_change_nothing(talk, typed):
    """Text copied from a page, or written from right to left, contains them."""
    for command, said in (("/karma", "history"), ("/karma", "opt-in"), ("/leaderboard", "things")):
        plain = await talk.command(said, command=command)
        assert await talk.command(typed.format(said), command=command) == plain


async def test_help_fits_one_screen_and_names_every_subcommand(talk):
    first = await ask(talk, "help", by="bob")
    assert len(first["text"].splitlines()) == 3
    await talk.click(first, "help_more", by="bob")
    text = talk.updates()[-1]["text"]
    assert text.count("\n") <= 28
    everybodys = [row.word for row in TABLE if row.who is None and not row.is_guess]
    known = [word for word in everybodys if word not in {"card", "help"}]
    assert [word for word in known if f"/karma {word}" not in text] == []
    assert "Nothing happened? The `++` goes right after the name" in text
    assert "For you as an admin" not in text
    await talk.click(await ask(talk, "help"), "help_more")
    assert "For you as an admin" in talk.updates()[-1]["text"]


async def test_help_states_the_workspaces_undo_window(talk):
    assert "`/karma undo` within 10 minutes" in await karma(talk, "help")
    await talk.decide(undo_window=30)
    assert "`/karma undo` within 30 minutes" in await karma(talk, "help")


async def test_every_help_example_works_when_pasted(talk):
    await cast_some_votes(talk)
    await talk.said('"code review"++')
    examples = re.findall(r"`/karma ?([^`]*)`", usage.render_help(Settings()))
    assert len(examples) > 10
    for typed in examples:
        if typed in ("undo", "opt-out", "opt-in", "export", "forget-me"):
            continue  # tested in tests/slack/test_acts.py
        if typed.startswith("give "):
            continue  # tested in tests/slack/test_give.py
        text = await karma(talk, typed)
        assert "I don't know" not in text
        assert "no points" not in text or not typed


async def test_log_names_the_subcommand_shown(talk, log_lines):
    subcommands = {
        "": "card", "@bob": "card", "history": "history", "search cake": "search", "help": "help",
        "opt out": "opt-out", "opt-in": "opt-in", "ban @bob": "ban", "undo it": "unclear",
        "@bob++": "voting",
    }  # fmt: skip
    for typed in subcommands:
        await karma(talk, typed, by="bob")
    said = [line["what"] for line in logged(log_lines, "karma.shown")]
    assert said == [*subcommands.values()]


async def test_vote_typed_as_a_command_gets_a_hint_and_does_not_count(talk):
    assert "To give points, write a message" in await karma(talk, "@bob++ for the docs")
    assert await talk.scores() == {}


@each(
    "typed",
    [
        "x" * 3000, '"' * 3000, "history " * 300, "search " + "a " * 1400, "search " + "<" * 900,
        "<@U0STRANGER1>", "<@W" + "9" * 63 + ">", "<@" + "U" * 900 + ">", "<@u0bob>", "<!here>",
        "<!subteam^S0ENG00001>", "<#C0SECRET04|>", "\u202eevil\u202c", "*bold* _it_ `code`", "\x00",
        "history 999999999999999999999", "history ٣", "'; DROP TABLE vote_history; --", "😀" * 700,
        "search \x00 \ud83d", "&lt;!everyone&gt;", "`<!everyone>`", "search :*&|!", ">>> quote",
    ],
)  # fmt: skip
async def test_nonsense_gets_a_short_reply_without_mentions(talk, typed):
    typed = typed.encode(errors="replace").decode()
    text = (await talk.command(typed, command="/karma"))["text"]
    assert 0 < len(text) < 700
    assert "<!" not in text
    assert "<@" not in text


async def test_markup_and_bidi_characters_in_names_are_neutralized(talk):
    await talk.said("@bob++ for `<!everyone>` and <https://x.y|a *link*>")
    bob = talk.slack.workspace.find_member("bob")
    renamed = replace(bob, display_name="\u202eBob\n<!channel> & *co*")
    event = events.build_user_change_event(
        talk.slack.workspace, member=renamed, event_ts="1763660000.1"
    )
    assert (await talk.deliver(event)).status == 200
    answer = await ask(talk, "@bob")
    heading, *others = answer["blocks"]
    assert heading["text"] == {"type": "plain_text", "text": "Bob <!channel> & *co*"}
    assert answer["text"].startswith("Bob &lt;!channel&gt; &amp; *co*\nAll time: 1 point, 1st")
    assert "<!" not in str(others).replace("<!date", "")


async def test_command_missing_a_payload_field_is_still_answered(talk):
    fields = events.build_slash_command(
        talk.slack.workspace, user=BOB, channel="C0GENERAL1", command="/karma", text=""
    )
    for lost in ("team_id", "user_id", "channel_id", "text"):
        answer = await talk.delivery.deliver_command({k: v for k, v in fields.items() if k != lost})
        assert answer.status == 200
        assert json.loads(answer.body)["text"]


names = st.text(max_size=3000) | st.sampled_from(["<!everyone>&" * 300, "\u202e" * 50, "*_~`" * 99])
targets = st.sampled_from([BOB, EVE, "thing:" + "é" * 990, "thing:a", "U" + "9" * 63])
whole = st.integers(-(2**63), 2**63 - 1)
reasons = st.none() | st.text(max_size=200) | st.just("<@U1> " * 33) | st.just("&" * 200)
votes = st.builds(
    LedgerEntry,
    channel=st.sampled_from(["", "C1", "C" * 64]),
    ts=st.just("1763660000.000100"),
    voter=st.sampled_from(["", BOB, EVE]),
    target=targets,
    points=whole,
    reason=reasons,
    at=st.datetimes(timezones=st.just(UTC)),
    edited=st.booleans(),
    was=whole,
    kind=st.sampled_from(["vote", "import", "archive"]),
)
sums = st.lists(st.tuples(targets, whole), max_size=3)
scores = st.builds(
    Score,
    board=st.just("users"),
    period=st.sampled_from(periods.list_periods(datetime(2026, 11, 30, tzinfo=UTC).date())),
    points=whole,
    rank=st.none() | st.integers(1, 2**63),
)
known = st.builds(
    CardContext,
    names=st.dictionaries(st.sampled_from([BOB, EVE, "U1", "thing:a"]), names),
    address=st.sampled_from(["", "https://x.slack.com/", "https://" + "x" * 190 + "/"]),
    readers=st.sampled_from([[], [BOB]]),
)


def assert_accepted(page):
    read_content(Workspace.create_example(), {"text": page.text, "blocks": page.blocks})
    assert "<!everyone>" not in page.text
    assert "<@" not in page.text


@given(
    st.builds(
        Card,
        accounts=st.lists(targets, min_size=1, max_size=2),
        is_own=st.booleans(),
        hidden=st.sets(st.sampled_from(["opted_out", "deactivated"])),
        scores=st.lists(scores, min_size=4, max_size=4),
        sums=st.builds(
            Sums,
            voters=sums,
            reasons=st.lists(st.tuples(reasons.filter(bool), whole), max_size=3),
            targets=sums,
        ),
        last=st.lists(votes, max_size=5),
    ),
    known,
)
def test_any_card_is_within_slacks_limits(shown, known):
    assert_accepted(views.render_card(shown, known))


@given(
    st.builds(
        PastVotes,
        accounts=st.lists(targets, min_size=1, max_size=2),
        is_own=st.booleans(),
        entries=st.lists(votes, max_size=50),
    ),
    known,
)
def test_any_history_and_search_is_within_slacks_limits(past, known):
    assert_accepted(views.render_history(past, known))
    assert_accepted(views.render_search(past, "x" * 2990, "e", known))


def test_longest_history_is_within_slacks_limits():
    name = "&" * 3000
    entry = LedgerEntry("C" * 64, "1763660000.000100", BOB, EVE, -(2**63), "<@U1> " * 33,
                  datetime.now(UTC), edited=True)  # fmt: skip
    names = {BOB: name, EVE: name, "U1": name}
    longest = CardContext(names, "https://" + "x" * 190 + "/")
    assert_accepted(
        views.render_history(PastVotes([BOB], is_own=False, entries=[entry] * 50), longest)
    )
