"""Responses to commands that the app doesn't understand."""

from app.core.commands.karma import GIVE_EXAMPLE, UnclearCommand
from app.words.usage import explain_unclear_command
from tests.tables import each

UNCLEAR = "Sorry, I didn't get that."
MORE = "`/karma help` shows what else I can do."


@each(
    ("command", "expected"),
    [
        (("", None, "merge A into B"), "That needs a bit more, like `/karma merge A into B`."),
        (
            ("", None, GIVE_EXAMPLE),
            "That needs a bit more, like `/karma give @bob 2 for the release`.",
        ),
        (
            (" <!subteam^S1> ",),
            (
                "A group has no card of its own, but it has a board: type `/leaderboard` and the"
                " group's name, or try one of its people with `/karma @bob`."
            ),
        ),
        (("<!subteam^S1>", "ban"), f'I don\'t know "@group". Did you mean `/karma ban`? {MORE}'),
        (("<!subteam^S1>", None, "ban @bob"), f"{UNCLEAR} Try `/karma ban @bob`."),
        (("500", "history 50"), "I can show 1 to 50 entries: `/karma history 50`."),
        (
            ("five", "history 50"),
            f'I don\'t know "five". Did you mean `/karma history 50`? {MORE}',
        ),
        (("500", "search 500"), f'I don\'t know "500". Did you mean `/karma search 500`? {MORE}'),
        (
            ("<@U1> what",),
            (
                'I don\'t know "@someone what". Try `/karma give @bob 2 for the release` to give'
                f" points, or `/karma @bob` to see them. {MORE}"
            ),
        ),
        (("<@U1> what", None, "ban @bob"), f"{UNCLEAR} Try `/karma ban @bob`."),
        (("<#C1> <b>",), f'I don\'t know "#channel &lt;b&gt;". Try `/karma @bob`. {MORE}'),
        ((" ",), f"{UNCLEAR} Try `/karma @bob`. {MORE}"),
        (
            ("2026-13", None, "report 2026-10"),
            'I don\'t know "2026-13". Try `/karma report 2026-10`.',
        ),
    ],
)
def test_unclear_command_is_explained(command, expected):
    assert explain_unclear_command(UnclearCommand(*command)) == expected
