"""The text and blocks that Slack's client makes of what a member types."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.devtools.fake_slack.composer import compose, compose_command
from app.devtools.fake_slack.emoji import render_emoji, write_codes
from app.devtools.fake_slack.workspace import Workspace
from tests.tables import each

WORKSPACE = Workspace.create_example()
BOB = {"type": "user", "user_id": "U0BOB00002"}
GRACE = {"type": "user", "user_id": "W0GRACE007"}
BOT = {"type": "user", "user_id": "U0PPTBOT"}
ENG = {"type": "usergroup", "usergroup_id": "S0ENG00001"}


def words(text, **style):
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def emoji(name):
    return {"type": "emoji", "name": name}


def link(url):
    return {"type": "link", "url": url}


ONE_LINE = [
    ("hello", "hello", [words("hello")]),
    ("@bob++ for the docs", "<@U0BOB00002>++ for the docs", [BOB, words("++ for the docs")]),
    ("@BOB ++", "<@U0BOB00002> ++", [BOB, words(" ++")]),
    ("@bob--", "<@U0BOB00002>--", [BOB, words("--")]),
    ("@Grace H++", "<@W0GRACE007>++", [GRACE, words("++")]),
    ("@grace++", "<@W0GRACE007>++", [GRACE, words("++")]),
    ("(@bob)++", "(<@U0BOB00002>)++", [words("("), BOB, words(")++")]),
    ("@bob's docs", "<@U0BOB00002>'s docs", [BOB, words("'s docs")]),
    ("@bobby++", "@bobby++", [words("@bobby++")]),
    ("@oscar++", "@oscar++", [words("@oscar++")]),
    ("@postgres++", "@postgres++", [words("@postgres++")]),
    ("@pptbot hi", "<@U0PPTBOT> hi", [BOT, words(" hi")]),
    ("@eng++", "<!subteam^S0ENG00001>++", [ENG, words("++")]),
    ("@here", "<!here>", [{"type": "broadcast", "range": "here"}]),
    ("#dev++", "<#C0DEVDEV03>++", [{"type": "channel", "channel_id": "C0DEVDEV03"}, words("++")]),
    ("#developers", "#developers", [words("#developers")]),
    (":tada:++", ":tada:++", [emoji("tada"), words("++")]),
    (":wave::skin-tone-3:", ":wave::skin-tone-3:", [emoji("wave") | {"skin_tone": 3}]),
    ("🎉++", ":tada:++", [emoji("tada"), words("++")]),
    (
        "great👍🏽!",
        "great:+1::skin-tone-4:!",
        [words("great"), emoji("+1") | {"skin_tone": 4}, words("!")],
    ),
    ("❤️ 🇩🇪", ":heart: :flag-de:", [emoji("heart"), words(" "), emoji("flag-de")]),
    (
        "👩‍💻++ 🫡",
        ":woman_technologist:++ :saluting_face:",
        [emoji("woman_technologist"), words("++ "), emoji("saluting_face")],
    ),
    ("run `🎉`", "run `🎉`", [words("run "), words("🎉", code=True)]),
    ("a → b ✓ © ™", "a → b ✓ © ™", [words("a → b ✓ © ™")]),
    ("at 10:30:45", "at 10:30:45", [words("at 10:30:45")]),
    ("run `i++` now", "run `i++` now", [words("run "), words("i++", code=True), words(" now")]),
    ("a && b --> <c>", "a &amp;&amp; b --&gt; &lt;c&gt;", [words("a && b --> <c>")]),
    ("*@bob*++", "*<@U0BOB00002>*++", [BOB | {"style": {"bold": True}}, words("++")]),
    (
        "~gone~ _so_",
        "~gone~ _so_",
        [words("gone", strike=True), words(" "), words("so", italic=True)],
    ),
    ("_*both*_", "_*both*_", [words("both", italic=True, bold=True)]),
    ("2*3*4 snake_case_name", "2*3*4 snake_case_name", [words("2*3*4 snake_case_name")]),
    (
        "see https://a.b/c++?x=1&y=2.",
        "see <https://a.b/c++?x=1&amp;y=2>.",
        [words("see "), link("https://a.b/c++?x=1&y=2"), words(".")],
    ),
    ("- item", "- item", [words("- item")]),
]


@each(("typed", "text", "leaves"), ONE_LINE)
def test_a_line_becomes_text_and_one_section(typed, text, leaves):
    section = {"type": "rich_text_section", "elements": leaves}
    assert compose(typed, WORKSPACE) == (text, [{"type": "rich_text", "elements": [section]}])


def test_an_email_address_is_a_link_and_not_a_mention():
    text, blocks = compose("bob@example.com", WORKSPACE)
    assert text == "<mailto:bob@example.com|bob@example.com>"
    assert leaves_of(blocks) == [link("mailto:bob@example.com") | {"text": "bob@example.com"}]


def test_lines_after_one_another_are_one_section():
    text, blocks = compose("one\n@bob++\nthree", WORKSPACE)
    assert text == "one\n<@U0BOB00002>++\nthree"
    assert leaves_of(blocks) == [words("one\n"), BOB, words("++\nthree")]


def test_lines_beginning_with_an_angle_are_one_quote():
    text, blocks = compose("he said\n> @bob++\n>so\nindeed", WORKSPACE)
    assert text == "he said\n&gt; <@U0BOB00002>++\n&gt; so\nindeed"
    assert kinds_of(blocks) == ["rich_text_section", "rich_text_quote", "rich_text_section"]
    assert blocks[0]["elements"][1]["elements"] == [BOB, words("++\nso")]


def test_a_code_block_keeps_everything_as_it_is():
    text, blocks = compose("see\n```\n@bob++ <b>\n> x\n```", WORKSPACE)
    assert text == "see\n```\n@bob++ &lt;b&gt;\n&gt; x\n```"
    assert kinds_of(blocks) == ["rich_text_section", "rich_text_preformatted"]
    assert blocks[0]["elements"][1]["elements"] == [words("@bob++ <b>\n> x")]


def test_empty_input_makes_no_block():
    assert compose("", WORKSPACE) == ("", [])


def test_a_commands_mentions_carry_labels():
    typed = "top @BOB #dev of postgres@x.y"
    escaped = "top <@U0BOB00002|BOB> <#C0DEVDEV03|dev> of postgres@x.y"
    assert compose_command(typed, WORKSPACE) == escaped


TOKEN = re.compile(r"<[^<>]+>")
LEAVES = {"text", "user", "usergroup", "broadcast", "channel", "emoji", "link"}
MARKED = st.text(st.sampled_from("ab @#*_~`:<>&|/.+-\n\u00a0KſİıＡ猫"))
TYPED = st.lists(
    st.one_of(
        st.text(),
        MARKED,
        st.sampled_from(["@bob", "@Grace H", "@eng", "#dev", ":tada:", "```", "https://a.b"]),
    )
).map("".join)


@given(TYPED)
def test_whatever_is_typed_becomes_a_message(typed):
    text, blocks = compose(typed, WORKSPACE)
    assert "<" not in TOKEN.sub("", text)
    assert {leaf["type"] for leaf in leaves_of(blocks)} <= LEAVES
    assert all(leaf.get("text") != "" for leaf in leaves_of(blocks))


@given(st.text(st.sampled_from("ab1 ++--—=.,!?'\"()猫é\u00a0\n")))
def test_words_without_markup_are_the_same_in_text_and_leaves(typed):
    text, blocks = compose(typed, WORKSPACE)
    assert text == typed
    assert "".join(leaf["text"] for leaf in leaves_of(blocks)) == typed.strip("\n")


@given(st.text(st.characters(exclude_characters="@#*_~`:/\n>", exclude_categories=("So", "Cs"))))
def test_special_characters_are_escaped_in_the_text_only(typed):
    text, blocks = compose(typed, WORKSPACE)
    assert "".join(leaf["text"] for leaf in leaves_of(blocks)) == typed
    entities = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert text == entities


def test_a_pasted_emoji_is_its_code_in_a_command():
    assert compose_command("🎉 @bob", WORKSPACE) == ":tada: <@U0BOB00002|bob>"


@each("pasted", ["🎉", "👍🏽", "🇩🇪", "👩‍💻", "🫡", "☕"])
def test_the_code_of_a_pasted_emoji_is_rendered_as_pasted(pasted):
    assert render_emoji(write_codes(pasted)) == pasted


def kinds_of(blocks):
    return [element["type"] for element in blocks[0]["elements"]]


def leaves_of(blocks):
    return [
        leaf for block in blocks for element in block["elements"] for leaf in element["elements"]
    ]
