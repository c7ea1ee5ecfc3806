"""Text that looks like points but isn't: its author gets one friendly hint on what to type."""

from dataclasses import replace

import pytest

from app.core.grammar import mrkdwn
from app.core.grammar.hints import HintKind, find_hint
from app.devtools.fake_slack.values import SlackMember
from tests.slack.test_typed_names import announce, say

BOB = "U0BOB00002"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!here>++", (HintKind.BROADCAST, "")),
        ("<!channel> ++ for the week", (HintKind.BROADCAST, "")),
        ("thanks <!everyone>+++", (HintKind.BROADCAST, "")),
        ("<!here>--", (HintKind.BROADCAST, "")),
        # Karma's way to give everybody in a channel points.
        ("<#C1|dev> ++ awesome work!", (HintKind.CHANNEL, "")),
        ("thanks <#C1>++", (HintKind.CHANNEL, "")),
        ("<#C1|>--", (HintKind.CHANNEL, "")),
        ("<#C1|dev> -- please look", None),
        ("<https://example.com/c>++ `<#dev>`++", None),
        ("++ <@U1>", (HintKind.BEFORE, "U1")),
        ("++<@U1> for the docs", (HintKind.BEFORE, "U1")),
        ("<@U1> +1", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>+1!", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> + 1 for that", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>, +1", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>: +1 for that", (HintKind.PLUS_ONE, "U1")),
        ("+1 <@U1>", (HintKind.PLUS_ONE, "U1")),
        ("+1 to <@U1>!", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> +5", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>+3!", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> ++1", (HintKind.PLUS_ONE, "U1")),
        ("thanks <@U1> + +", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> ＋＋", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>++thanks", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> ++Thanks for the help!", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> 5++ for the docs", (HintKind.PLUS_ONE, "U1")),  # Karma's way to give five points
        ("<@U1>さん++", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> 님 ++", (HintKind.PLUS_ONE, "U1")),
        # Kudochest's way to give two points, and points that aren't whole.
        ("<@U1> ++2 for the docs", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>++2.5 <@U2> 3--", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> += 1.5", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> += two", (HintKind.PLUS_ONE, "U1")),
        ("<@U1> thx ++", (HintKind.PLUS_ONE, "U1")),
        ("<@U1>, thank you so much! ++ :tada:", (HintKind.PLUS_ONE, "U1")),
        ("++ to <@U1> for the docs", (HintKind.BEFORE, "U1")),
        ("a big ++ für <@U1>!", (HintKind.BEFORE, "U1")),
        ("<@U1> something something C++", None),
        ("<@U1> we use visual c ++", None),
        ("<@U1> do you use notepad ++?", None),
        ("<@U1> did you write count ++;", None),
        ("<@U1> ++200 lines", None),
        ("C++ for <@U1>", None),
        ("<@U1>++'s idea", None),
        ("<@U1> 50++", None),
        ("<@U1> 5++x", None),
        ("<@U1> +5 minutes", None),
        ("<@U1> +50", None),
        ("<@U1> + + one more", None),
        ("+1 <@U1> is right", None),
        ("see you at +1 <@U1>", None),
        ("<!here> -- the build is red", None),
        ("<!here> please look", None),
        ("<@U1> +1 555 0100", None),
        ("<@U1> +15 minutes", None),
        ("<@U1> +1-2 days", None),
        ("C++ <@U1>", None),
        ("++i <@U1>", None),
        ("-- <@U1>", None),
        ("`++ <@U1>`", None),
        ("hello", None),
    ],
)
def test_hint_matches_text_that_looks_like_points(text, expected):
    assert find_hint(mrkdwn.read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!here>++", "That doesn't count for @here"),
        ("<#C0GENERAL1|general>++", "A channel can't get points. For a thing of that name"),
        (f"++ <@{BOB}>", "Put the ++ after the name and it counts: `@bob++`"),
        (
            f"<@{BOB}> +1",
            "That doesn't count yet. To give bob a point, type `@bob++`; for three, `",
        ),
    ],
)
async def test_hint_goes_only_to_voter_and_says_what_to_type(talk, text, expected):
    await say(talk, text)
    assert [one[: len(expected)] for one in talk.heard(to="ann")] == [expected]
    assert talk.heard() == []
    assert await talk.rows("SELECT 1 FROM vote_history") == []


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("++ well done", True), ("+++ great work!", True), ("++ to that", True),
        ("++ for the docs", False), ("++", False), ("well done ++", False), ("++i", False),
        ("++ well done\nand thanks", False), ("-- no", False), ("++ 1", False),
    ],
)  # fmt: skip
async def test_thread_reply_with_words_after_operator_gets_hint(talk, text, hinted):
    root = await talk.said("I fixed the build", by="bob")
    await talk.said(text, thread=root)
    hints = [one for one in talk.heard(to="ann") if one.startswith("In a thread, `++` counts")]
    assert len(hints) == hinted
    await talk.said(text)
    assert len(talk.heard(to="ann")) == len(hints)


async def test_each_kind_of_hint_is_sent_once_a_day_to_each_person(talk):
    for by in ("ann", "ann", "carol"):
        await say(talk, "<!here>++", by)
        await say(talk, f"<@{BOB}> +1", by)
    assert (len(talk.heard(to="ann")), len(talk.heard(to="carol"))) == (2, 2)
    await talk.rows("UPDATE told SET told_at = now() - interval '1 day' RETURNING 1")
    await say(talk, "<!channel>++")
    assert len(talk.heard(to="ann")) == 3


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        (f"Thanks <@{BOB}> for the docs! :taco:", True), (f":taco: <@{BOB}>", True),
        (f"<@{BOB}>, great work :taco: :taco:", True), (f"lunch, <@{BOB}>?\n:taco:", False),
        (f"Thanks <@{BOB}>!\n\n:taco: :taco:", True), (f"lunch:\n:taco:\n<@{BOB}>", False),
        (f"Thanks <@{BOB}>! :tada:", False), (f"<@{BOB}> :taco: for the docs", False),
        (":taco:", False), (f"Thanks <@{BOB}>! `:taco:`", False),
        (f"<@{BOB}> my :taco: is gone", False), (f"<@{BOB}> want to grab a :taco:?", False),
        ("<@U0CAROL003> brought :taco:", False),
    ],
)  # fmt: skip
async def test_misplaced_currency_emoji_gets_hint(talk, text, hinted):
    await say(talk, text)
    assert talk.heard(to="ann") == []
    await talk.decide(currency=["taco"])
    await say(talk, text, by="carol")
    hint = "Put the :taco: right after the name and it counts: @bob :taco:"
    assert talk.heard(to="carol") == ([hint] if hinted else [])


async def test_quiet_channel_and_banned_person_get_no_hint(talk):
    await talk.decide(quiet_channels=["C0GENERAL1"])
    await say(talk, "<!here>++")
    assert talk.heard(to="ann") == []
    await talk.decide(quiet_channels=[])
    await talk.command(f"ban <@{BOB}> for 1 day", command="/karma")
    await say(talk, "<!here>++", "bob")
    assert talk.heard(to="bob") == []


async def test_broadcast_next_to_vote_gets_no_hint(talk):
    await say(talk, f"<@{BOB}>++ and thanks <!here>++")
    assert talk.heard(to="ann") == []


@pytest.mark.parametrize("handle", ["carol", "cdiaz"])
async def test_misspelled_name_counts_for_thing_and_gets_hint(talk, handle):
    members = talk.slack.workspace.members
    members["U0CAROL003"] = replace(members["U0CAROL003"], name=handle)
    await announce(talk, "bob", "carol")
    await say(talk, "@caroll++")
    assert talk.heard() == ['the thing "caroll" has 1 point (+1)']
    (hint,) = talk.heard(to="ann")
    assert hint.startswith('I counted that for the thing "caroll". If you meant carol,')
    await say(talk, "@postgres++")
    assert len(talk.heard(to="ann")) == 1


MIA = SlackMember("U0MIA00020", "mia", "Mia Lind", "Mia Lind")
LEO = SlackMember("U0LEO00021", "lberg", "", "Leo Berg")
TWINS = [SlackMember(f"U0TWIN002{n}", f"twin{n}", "Twin", "Twin") for n in "12"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@bob ++", "bob"), ("@Bob: ++ for the docs", "bob"), ("thanks (@bob)++", "bob"),
        ("@mia lind ++", "Mia Lind"), ("@bob ++ and @carol ++", "bob"), ("@zelda ++", ""),
        ("@Leo Berg ++", "Leo Berg"),
        ("@twin ++", ""),
        ("mail bob@mia ++", ""), ("@bob thanks", ""), ("@bob -- thanks", ""), ("`@bob ++`", ""),
    ],
)  # fmt: skip
async def test_typed_name_does_not_count_and_gets_hint(talk, text, name):
    talk.slack.workspace.members |= {one.id: one for one in (MIA, LEO, *TWINS)}
    await announce(talk, "bob", "mia", "lberg", "twin1", "twin2")
    await say(talk, text)
    assert talk.heard() == []
    assert await talk.rows("SELECT 1 FROM vote_history") == []
    expected = f"That isn't a mention yet, so it doesn't count. Pick {name} from"
    assert [one[: len(expected)] for one in talk.heard(to="ann")] == ([expected] if name else [])


async def test_last_word_of_typed_name_counts_for_thing_and_gets_hint(talk):
    talk.slack.workspace.members[MIA.id] = MIA
    await announce(talk, "mia")
    await say(talk, "@Mia Lind++ for the docs")
    assert talk.heard() == ['the thing "Lind" has 1 point (+1 for the docs)']
    (hint,) = talk.heard(to="ann")
    assert hint.startswith('I counted that for the thing "Lind". If you meant Mia Lind,')
    await say(talk, "postgres++")
    assert len(talk.heard(to="ann")) == 1


@pytest.mark.parametrize(
    "text",
    ["postgres++\n@bob ++", '"code review"++ and @bob ++', "#postgres++ thanks, @bob ++"],
)
async def test_typed_name_next_to_other_votes_gets_hint(talk, text):
    await announce(talk, "bob")
    await say(talk, text)
    assert len(talk.heard()) == 1
    (hint,) = talk.heard(to="ann")
    assert hint.startswith("That isn't a mention yet, so it doesn't count. Pick bob from")


async def test_hint_uses_workspace_language(talk):
    await talk.decide(language="de")
    await say(talk, "<!here>++")
    assert talk.heard(to="ann")[0].startswith("Für @here, @channel oder @everyone zählt das nicht.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@bob += 50", "bob has 5 points (+5, the most at once)"),
        ("@bob+++++++", "bob has 5 points (+5, the most at once)"),
        ("@bob++++++", "bob has 5 points (+5)"),
        ("@bob -= 9", "bob has -5 points (-5, the most at once)"),
        ("@bob+++ @bob++++", "bob has 5 points (+5)"),
        ("@bob++++ @bob++++", "bob has 5 points (+5, the most at once)"),
        ("@bob += 50 for the docs", "bob has 5 points (+5 for the docs, the most at once)"),
    ],
)
async def test_reply_says_when_points_were_capped(talk, text, expected):
    await talk.said(text)
    assert talk.heard() == [expected]
