"""The question whom a typed name means: asked of the voter alone, with a button for each answer."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.person import Person
from app.slack.views.blocks import Page, actions, button, section
from app.words import names as words

PERSON: Final = "offer_person"
"""The action of the buttons for people: it goes on with a number for each."""
THING: Final = "offer_thing"


def render_question(
    handle: str, offered: Sequence[tuple[int, str]], people: Mapping[str, Person]
) -> Page:
    """Ask whom the name *handle* means, of people *offered* by row and id.

    The value of each button is a row.
    """
    called = words.distinguish_people([people.get(user) or Person(user) for _, user in offered])
    buttons = [
        button(f"{PERSON}_{at}", words.format_person_button(name), str(row))
        for at, ((row, _), name) in enumerate(zip(offered, called, strict=True))
    ]
    buttons.append(button(THING, words.format_thing_button(handle), str(offered[0][0])))
    text = words.ask_who_is_meant(handle, called)
    return Page(text, [section(text), actions(buttons)])
