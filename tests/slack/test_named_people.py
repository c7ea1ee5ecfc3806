"""Name resolution in commands: every way to type a name, in every command."""

import re

import pytest

from app.devtools.fake_slack.values import SlackMember
from app.store.database import UnavailableError
from app.words.catalog import say
from tests.slack.test_typed_names import ledger
from tests.tables import each

NEW = (
    SlackMember("U0MIA00020", "mia", "Mia Lind", "Mia Lind"),
    SlackMember("U0SAM00001", "sam", "sam", "Sam A"),
    SlackMember("U0SAM00002", "sam.b", "sam", "Sam B"),
    SlackMember("U0GUS00001", "gus", "gus", "Gus G", is_restricted=True),
    SlackMember("U0DORA0012", "dora", "dora", "Dora", team_id="T0ACME0001"),
)
COMMANDS = {
    "card": "{}", "give": "give {} 2 for the docs", "first": "give 2 to {}",
    "adjust": "adjust {} +5", "merge": "merge {} into <@U0CAROL003>", "ban": "ban {} for 2 days",
    "unban": "unban {}", "unmerge": "unmerge {}",
}  # fmt: skip
OUTCOMES = {
    "left": "has left this workspace",
    "group": "A group has no card",
    "asks": "Did you mean",
    "unknown": "I don't know who",
    "shared": "More than one person here is called @sam\\.",
    "oneself": "Not counted: points are for others|^You have no|You can't ban yourself",
    "thing": "thing:|^The thing",
    "person": r"[UW][A-Z0-9]+: |^Merge |^Points from |has no points yet|isn't banned",
    "acts": "isn't merged",
}
"""Patterns of responses, and of the changes they made; anything else explains the command."""

ROWS = """
typed                        card     give     first    adjust   merge    ban      unban    unmerge
<@U0BOB00002|bob>            person   person   person   person   person   person   person   acts
@bob                         person   person   person   person   person   person   person   acts
@Bob                         person   person   person   person   person   person   person   acts
bob                          person   asks     asks     asks     person   asks     asks     asks
"bob"                        person   thing    thing    thing    explains asks     asks     acts
@Mia_Lind                    person   person   person   person   person   person   person   acts
Mia_Lind                     person   asks     asks     asks     person   asks     asks     asks
"Mia_Lind"                   person   thing    thing    thing    explains asks     asks     acts
<@U0ANN00001|ann>            oneself  oneself  oneself  person   person   oneself  person   acts
me                           oneself  oneself  oneself  person   person   oneself  person   acts
@me                          oneself  oneself  oneself  person   person   oneself  person   acts
ann                          oneself  oneself  oneself  asks     person   asks     asks     asks
"me"                         thing    thing    thing    thing    explains oneself  person   acts
sam                          thing    thing    thing    thing    explains explains explains acts
@sam                         shared   shared   shared   shared   shared   shared   shared   shared
zelda                        thing    thing    thing    thing    explains explains explains acts
@zelda                       unknown  unknown  unknown  unknown  unknown  unknown  unknown  unknown
<@U0OSCAR010|oscar>          left     person   person   person   person   person   person   acts
@oscar                       unknown  unknown  unknown  unknown  person   person   person   acts
oscar                        thing    thing    thing    thing    explains explains explains acts
<!subteam^S0ENG00001|@eng>   group    person   person   explains explains explains explains explains
@eng                         unknown  unknown  unknown  unknown  unknown  unknown  unknown  unknown
<#C0GENERAL1|general>        explains explains explains explains explains explains explains explains
#general                     thing    thing    thing    thing    explains explains explains acts
<@U0ROBOT009|buildbot>       person   person   person   person   person   person   person   acts
@buildbot                    person   person   person   person   person   person   person   acts
<@U0DORA0012|dora>           person   person   person   person   person   person   person   acts
@dora                        unknown  unknown  unknown  unknown  unknown  unknown  unknown  unknown
dora                         thing    thing    thing    thing    explains explains explains acts
@gus                         person   person   person   person   person   person   person   acts
gus                          person   asks     asks     asks     person   asks     asks     asks
"""
EXPECTED = [line.split() for line in ROWS.strip().splitlines()]


@pytest.fixture
async def talk(talk):
    workspace = talk.slack.workspace
    workspace.organizations["T0ACME0001"] = "Acme"
    workspace.members |= {member.id: member for member in NEW}
    assert await talk.running.context.member_sync.read_first()
    await talk.decide(max_points=5)
    return talk


async def find_outcome(talk, command, typed):
    """Return the outcome of *command* with *typed*: a key of OUTCOMES, or "explains"."""
    before = await ledger(talk)
    answer = await talk.command(COMMANDS[command].format(typed), command="/karma")
    changed = {t: n for t, n in (await ledger(talk)).items() if n != before.get(t, 0)}
    view = talk.view()
    talk.slack.workspace.modals.clear()
    said = "".join(f"{target}: {points}" for target, points in changed.items())
    said = said or (f"Merge {view['blocks'][0]['text']['text']}" if view else answer["text"])
    found = (word for word, pattern in OUTCOMES.items() if re.search(pattern, said))
    return next(found, "explains")


@each("command", COMMANDS)
async def test_each_command_resolves_typed_names_as_tabulated(talk, command):
    column = EXPECTED[0].index(command)
    expected = {row[0].replace("_", " "): row[column] for row in EXPECTED[1:]}
    outcomes = {typed: await find_outcome(talk, command, typed) for typed in expected}
    assert outcomes == expected


async def test_search_for_mentions_shows_no_ids(talk):
    for typed in ("<!subteam^S0ENG00001|@eng>", "<#C0GENERAL1|general>", "<@U0NOBODY99> docs"):
        said = await talk.command(f"search {typed}", command="/karma")
        assert not re.search("[SCU]0[A-Z0-9]{6}", said["text"]), said["text"]


async def test_boost_naming_a_person_shows_no_ids(talk):
    said = await talk.command("boost <@U0BOB00002|bob> 2h", command="/karma")
    assert said["text"].startswith('I don\'t know "@someone".')


async def test_merge_of_two_members_bare_names_asks_who(talk):
    said = await talk.command("merge bob into carol", command="/karma")
    assert said["text"].startswith("Did you mean bob?")
    assert said["text"].endswith('`/karma merge "bob" into "carol"`')
    await talk.command("merge bob into robert", command="/karma")
    assert "bob" in talk.view()["blocks"][0]["text"]["text"]


async def test_merge_of_a_member_with_their_own_name_is_refused(talk):
    said = await talk.command("merge @bob into bob", command="/karma")
    assert said["text"].startswith("Those two are already the same.")


async def test_name_without_points_or_acts_as_a_thing_means_the_person(talk):
    await talk.command("adjust @bob +5", command="/karma")
    said = (await talk.command("audit bob", command="/karma"))["text"]
    assert "bob" in said
    assert "+5" in said
    await talk.command("merge bob into @carol", command="/karma")
    await talk.submit(talk.view())
    assert "carol" in (await talk.command("unmerge @bob", command="/karma"))["text"]
    assert await talk.rows("SELECT * FROM aliases") == []
    await talk.command('adjust "bob" -7', command="/karma")
    assert "-7" in (await talk.command("audit bob", command="/karma"))["text"]


async def test_bare_name_cannot_unmerge_ban_or_unban(talk):
    kim = SlackMember("U0KIM00001", "kim", "Kim", "Kim")
    talk.slack.workspace.members[kim.id] = kim
    assert await talk.running.context.member_sync.read()
    await talk.command("merge @bob into @carol", command="/karma")
    await talk.submit(talk.view())
    await talk.command("ban @dave", command="/karma")
    for typed, name in (("unmerge bob", "bob"), ("ban kim", "Kim"), ("unban dave", "dave")):
        said = await talk.command(typed, command="/karma")
        assert said["text"] == (
            f"Did you mean {name}? Pick them from Slack's list, which opens when you type an @."
        )
    assert await talk.rows("SELECT target_id FROM aliases") == [("U0BOB00002",)]
    assert await talk.rows("SELECT user_id FROM bans") == [("U0DAVE0004",)]


async def test_ban_reads_a_name_that_ends_like_a_duration_as_a_name(talk):
    called = {"Kim": "Kim", "kimad": "Kim AD", "kim2": "Kim 2 D"}
    named = [SlackMember(f"U0KIM0000{n}", h, called[h], called[h]) for n, h in enumerate(called)]
    talk.slack.workspace.members |= {member.id: member for member in named}
    assert await talk.running.context.member_sync.read()
    for typed, name in (
        ("Kim AD", "Kim AD"), ("Kim 2 D", "Kim 2 D"), ("Kim 3 D", "Kim"), ("Kim for a d", "Kim"),
    ):  # fmt: skip
        said = await talk.command(f"ban {typed}", command="/karma")
        assert said["text"].startswith(f"Did you mean {name}?"), typed
    said = await talk.command("ban @bob a week", command="/karma")
    assert said["text"].startswith("Say who can't give points")
    assert await talk.rows("SELECT * FROM bans") == []


async def test_leaderboard_with_a_members_name_points_to_the_card(talk):
    for typed in ("bob", "@bob", "zelda"):
        said = await talk.command(typed)
        shown = "shows one person's points" in said["text"]
        assert shown is (typed != "zelda"), said["text"]


async def test_typed_name_gets_the_unavailable_reply_without_the_database(talk, monkeypatch):
    async def fail(*_args, **_options):
        raise UnavailableError("the database")

    monkeypatch.setattr(talk.running.database, "run", fail)
    said = await talk.command("give @bob 2", command="/karma")
    assert said["text"] == say("away")


async def test_longer_name_than_a_members_is_not_that_member(talk):
    carls = [SlackMember(f"U0CARL000{n}", f"carl{n}", "Carl Smith", "Carl Smith") for n in (1, 2)]
    one = SlackMember("U0CARL0003", "carl", "carl", "Carl Jones")
    talk.slack.workspace.members |= {member.id: member for member in (*carls, one)}
    assert await talk.running.context.member_sync.read()
    for typed in ("give @Mia Meyer 2 for the docs", "give 2 points to @Mia Meyer"):
        said = await talk.command(typed, command="/karma")
        assert said["text"].startswith("I don't know who"), typed
    said = await talk.command("give @nobody, @bob 2", command="/karma")
    assert said["text"].startswith("I don't know who @nobody is.")
    said = await talk.command("give @Carl Smith 2", command="/karma")
    assert said["text"].startswith("More than one person here is called @Carl Smith.")
    assert await ledger(talk) == {}
    await talk.command("give @Mia Lind, @carl two for the docs", command="/karma")
    assert await ledger(talk) == {"U0MIA00020": 2, "U0CARL0003": 2}


async def test_thing_named_like_a_former_member_keeps_its_card(talk):
    await talk.said('"oscar"+++')
    for typed in ("@oscar", "history @oscar"):
        said = await talk.command(typed, command="/karma")
        assert "has left" not in said["text"], typed
        assert "oscar" in said["text"]


async def test_question_suggests_the_whole_command(talk):
    reason = "carrying the release over the line while everybody else was away at the coast"
    for command in (f"give {{}} 2 for {reason}", f"adjust {{}} +5 for {reason}"):
        said = await talk.command(command.format("bob"), command="/karma")
        assert said["text"].endswith(f"`/karma {command.format(chr(34) + 'bob' + chr(34))}`")
