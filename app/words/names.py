"""Names of people, and the question who a typed name means."""

from collections.abc import Sequence
from typing import Final

from app.core.person import Person, PersonKind
from app.words.catalog import say
from app.words.text import MAX_NAME, cut, escape_line, format_name, format_plain_name
from app.words.usage import restore_mentions

_LONGEST_BUTTON: Final = 75


def describe_person(person: Person) -> str:
    """Return the name of *person*, with the organization of an external member."""
    if person.kind is not PersonKind.STRANGER:
        return person.name
    room = MAX_NAME // 2 - 3
    name = cut(person.name, room)
    if person.home_name is None:
        return say("stranger", name=name)
    return say("stranger-of", name=name, organization=cut(person.home_name, room))


def distinguish_people(people: Sequence[Person]) -> list[str]:
    """Return the names of *people*, with the handles of those who share a name."""
    names = [describe_person(person) for person in people]
    return [
        f"{name} (@{person.handle})" if names.count(name) > 1 and person.handle else name
        for name, person in zip(names, people, strict=True)
    ]


def ask_who_is_meant(handle: str, names: Sequence[str]) -> str:
    """Ask whether the typed *handle* means one of *names*."""
    return say(
        "offer-question", handle=format_name(handle), count=len(names), name=format_name(names[0])
    )


def format_person_button(name: str) -> str:
    """Return the label of the button for a person, as plain text."""
    return cut(say("offer-person", name=format_plain_name(name)), _LONGEST_BUTTON)


def format_thing_button(handle: str) -> str:
    """Return the label of the button for the thing, as plain text."""
    return cut(say("offer-thing", handle=format_plain_name(handle)), _LONGEST_BUTTON)


def confirm_person(name: str) -> str:
    """Confirm that the vote counts for a person."""
    return say("offer-counted", name=format_name(name))


def confirm_thing(handle: str) -> str:
    """Confirm that the vote counts for a thing."""
    return say("offer-as-thing", handle=format_name(handle))


def ask_person_or_thing(member: str, command: str) -> str:
    """Ask whether *member* is meant, or the thing in *command*."""
    return say(
        "giving-name", name=format_name(member), command=escape_line(restore_mentions(command))
    )


def ask_if_person(member: str) -> str:
    """Ask whether *member* is meant, where only people are possible."""
    return say("giving-person", name=format_name(member))
