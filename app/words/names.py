"""Names of people, and the question who a typed name means."""

from collections.abc import Sequence
from typing import Final

from app.core.person import Person, PersonKind
from app.words.catalog import Phrase
from app.words.text import MAX_NAME, cut, format_name, format_plain_name

YES: Final = Phrase("offer-person")
GONE: Final = Phrase("offer-gone")
AGAIN: Final = Phrase("offer-again")
_STRANGER: Final = Phrase("stranger")
_STRANGER_OF: Final = Phrase("stranger-of")
_QUESTION: Final = Phrase("offer-question")
_THING: Final = Phrase("offer-thing")
_COUNTED: Final = Phrase("offer-counted")
_AS_THING: Final = Phrase("offer-as-thing")

_LONGEST_BUTTON: Final = 75


def describe_person(person: Person) -> str:
    """Return the name of *person*, with the organization of an external member."""
    if person.kind is not PersonKind.STRANGER:
        return person.name
    room = MAX_NAME // 2 - 3
    name = cut(person.name, room)
    if person.home_name is None:
        return _STRANGER(name=name)
    return _STRANGER_OF(name=name, organization=cut(person.home_name, room))


def distinguish_people(people: Sequence[Person]) -> list[str]:
    """Return the names of *people*, with the handles of those who share a name."""
    names = [describe_person(person) for person in people]
    return [
        f"{name} (@{person.handle})" if names.count(name) > 1 and person.handle else name
        for name, person in zip(names, people, strict=True)
    ]


def ask_who_is_meant(handle: str, names: Sequence[str]) -> str:
    """Ask whether the typed *handle* means one of *names*."""
    return _QUESTION(handle=format_name(handle), count=len(names), name=format_name(names[0]))


def format_person_button(name: str) -> str:
    """Return the label of the button for a person, as plain text."""
    return cut(YES(name=format_plain_name(name)), _LONGEST_BUTTON)


def format_thing_button(handle: str) -> str:
    """Return the label of the button for the thing, as plain text."""
    return cut(_THING(handle=format_plain_name(handle)), _LONGEST_BUTTON)


def confirm_person(name: str) -> str:
    """Confirm that the vote counts for a person."""
    return _COUNTED(name=format_name(name))


def confirm_thing(handle: str) -> str:
    """Confirm that the vote counts for a thing."""
    return _AS_THING(handle=format_name(handle))
