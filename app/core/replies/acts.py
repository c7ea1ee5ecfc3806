"""What is said of what people do about themselves: taking back, opting out, their data."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.replies.text import shown
from app.core.replies.votes import reason
from app.core.vote import Vote

MOST_NAMED: Final = 25
"""Votes that are named one by one; a message has rarely more."""

OPTED_OUT: Final = (
    "You have opted out. From now on votes for you do not count, and no board, card or search shows"
    " you. Your points are kept for the day you come back with `/karma opt-in`."
)
WAS_OUT: Final = "You have opted out already. `/karma opt-in` brings you back."
OPTED_IN: Final = (
    "Welcome back. Votes for you count again, and the points from before are there as they were."
)
WAS_IN: Final = "You have not opted out, so your votes count already."

ON_ITS_WAY: Final = "Your data is on its way to our direct messages."
ALREADY_ON_ITS_WAY: Final = "Your data is on its way already; please give it a minute."
BUSY: Final = "I am gathering the data of several people already. Please try again in a minute."
NOT_DELIVERED: Final = (
    "I could not send you your data: Slack would not take the file. Please try again later; nothing"
    " has changed."
)
NOT_GATHERED: Final = (
    "I could not gather your data: my database does not answer. Please try again in a minute;"
    " nothing has changed."
)
NO_MODAL: Final = "I could not open the form in Slack. Nothing has changed; please try again."

FORM_OPENED: Final = "I have opened a form that says what happens. Nothing has changed yet."
FILE_NAME: Final = "pptbot-my-data.json"
FILE_TITLE: Final = "What pptbot knows of me"

HERE: Final = "here"
UNDO: Final = "Take back"
UNDO_LAST: Final = "Take back my last votes"
REFUSED: Final = "That button is not yours to press, so nothing has changed."

FORGET_TITLE: Final = "Forget me"
FORGET_SUBMIT: Final = "Forget me"
FORGET_CLOSE: Final = "Keep everything"
FORGET_DONE: Final = "Close"
FORGET_WORDS: Final = "forget me"
FORGET_LABEL: Final = f"Type {FORGET_WORDS} to confirm"
FORGET_MISTYPED: Final = f"Please type {FORGET_WORDS}, or close this form to keep everything."
FORGET_WHAT: Final = """\
*This cannot be undone.*
• In every vote that you gave or got, a random name takes the place of yours.
• The reasons that you wrote are removed. Where reasons of others mention you, they say “someone”.
• Your name, your settings and what I noted about you are deleted.
• The points of everybody else stay as they are. Your own stay with the random name, on no board.
• Messages with those votes are closed: editing one changes nothing any more.
What stands in Slack itself, and in the files of `/karma export`, is not mine to change."""
FORGET_AFTER: Final = (
    "You can start anew at any time: the next vote for you begins at zero. If you would rather not"
    " be counted at all, use `/karma opt-out`."
)
FORGET_WAIT: Final = "I am at it; this takes a few seconds more. You can close this."
FORGOTTEN: Final = (
    "Done: nothing here leads back to you any more. The next vote for you begins at zero; with"
    " `/karma opt-out` there will be none."
)
FORGOTTEN_OUT: Final = (
    "Done: nothing here leads back to you any more, except that you have opted out: that stays, so"
    " that no votes for you count."
)
NOT_FORGOTTEN: Final = (
    "I could not do it: my database does not answer. Nothing has changed; please try again in a"
    " minute."
)


def absent(people: Sequence[str], names: Mapping[str, str]) -> str:
    """Tell a voter, kindly, that *people* have opted out."""
    told = _listed([shown(names.get(user, user)) for user in people])
    has, whom = ("has", "this person") if len(people) == 1 else ("have", "these people")
    return (
        f"{told} {has} opted out of karma, so I neither count votes for {whom} nor show a score."
        " Your thanks are read all the same."
    )


def undone(votes: Sequence[Vote], names: Mapping[str, str], where: str, age: float) -> str:
    """Say what was taken back: `Taken back: bob +2 for the docs (here, 3 minutes ago)`."""
    return f"Taken back: {given(votes, names)} ({_when(where, age)})."


def fresh(votes: Sequence[Vote], names: Mapping[str, str], where: str, age: float) -> str:
    """Name votes that can still be taken back: `bob +2 for the docs (here, 3 minutes ago)`."""
    return f"{given(votes, names)} ({_when(where, age)})"


def offer(votes: str) -> str:
    """Say which votes can be taken back next, as `fresh` names them."""
    return f"You can still take back: {votes}"


def given(votes: Sequence[Vote], names: Mapping[str, str]) -> str:
    """Return votes as a list: `bob +2 for the docs, carol +1`."""
    told = [_vote(vote, names) for vote in votes[:MOST_NAMED]]
    more = len(votes) - len(told)
    return ", ".join([*told, f"and {more:,} more"] if more else told)


def nothing_to_undo(window: int) -> str:
    """Say that there are no votes to take back."""
    return f"There is nothing to take back: you gave no points in the last {_minutes(window)}."


def too_old(window: int) -> str:
    """Say that it is too late, and what can be done instead."""
    return (
        f"That is too old: votes can be taken back for {_minutes(window)}. Deleting the message, or"
        " editing it, still changes its votes."
    )


def file_comment(received: int, given: int, most: int, *, cut: bool) -> str:
    """Say what the file of one's own data holds."""
    said = (
        f"Here is what I know of you: your settings, your points, {_votes(received)} that you got"
        f" and {given:,} that you gave."
    )
    return f"{said} Of each I send at most the last {most:,}; there are more." if cut else said


def _vote(vote: Vote, names: Mapping[str, str]) -> str:
    said = f"{shown(names.get(vote.target, vote.target))} {vote.points:+d}"
    why = reason(vote.reason, names) if vote.reason else ""
    return f"{said} for {why}" if why else said


def _votes(count: int) -> str:
    return f"{count:,} vote{'' if count == 1 else 's'}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _when(where: str, age: float) -> str:
    minutes = int(max(age, 0.0) // 60)
    told = "just now" if not minutes else f"{_minutes(minutes * 60)} ago"
    return f"{where}, {told}" if where else told


def _minutes(seconds: int) -> str:
    minutes = max(1, seconds // 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
