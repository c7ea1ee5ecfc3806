"""The question who a typed name means, with a button for each answer; only the voter sees it."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.person import Person
from app.slack.views.blocks import Page, actions, button, section
from app.words import names as words

PERSON: Final = "offer_person"
"""Prefix of the actions of the buttons for people, followed by a number."""
THING: Final = "offer_thing"


def render_question(
    handle: str, offered: Sequence[tuple[int, str]], people: Mapping[str, Person]
) -> Page:
    """Return the question who *handle* means, of the people *offered* by offer number and user id.

    Each button's value is an offer number.
    """
    labels = words.distinguish_people([people.get(user) or Person(user) for _, user in offered])
    buttons = [
        button(f"{PERSON}_{at}", words.format_person_button(name), str(row))
        for at, ((row, _), name) in enumerate(zip(offered, labels, strict=True))
    ]
    buttons.append(button(THING, words.format_thing_button(handle), str(offered[0][0])))
    text = words.ask_who_is_meant(handle, labels)
    return Page(text, [section(text), actions(buttons)])
