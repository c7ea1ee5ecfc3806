"""Resolves names typed after a command, if Slack didn't turn them into mentions."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from app.core.commands.karma import CardTarget
from app.core.commands.points import NUMBERS
from app.core.vote import THING, build_thing_id, is_thing
from app.slack.listeners.context import Context
from app.slack.payloads.requests import UserRequest
from app.slack.views.blocks import Page
from app.store.people import members
from app.words import karma as karma_words
from app.words import names as words
from app.words.catalog import WORDS

_AT: Final = re.compile(r"(?<!\S)@(?=\w)")
_MOST_WORDS: Final = 3
"""Maximum words of a name typed after an @."""
_MOST_TYPED: Final = 10
"""Maximum names after an @ that are looked up."""
_ME: Final = frozenset({"me", "myself", "mich", "mir"})
_TRAILING: Final = re.compile(r"\W+\Z")
_NAME_END: Final = re.compile(
    rf"\s*(?:\Z|[^\w\s]|[0-9])|\s+(?:into|to|an|of|von|points?|punkte?|karma"
    rf"|{'|'.join(map(re.escape, (*NUMBERS, *WORDS.reasons, *WORDS.joiners)))})(?!\w)",
    re.IGNORECASE,
)
"""What may follow a name; any other word may be the rest of a longer name."""
_FORMER_MEMBER_COMMANDS: Final = frozenset({"audit", "ban", "merge", "unban", "unmerge"})
"""Commands that may name somebody who has left; elsewhere such a name means a thing or nobody."""


async def write_mentions(request: UserRequest, context: Context) -> UserRequest:
    """Return *request* with a mention in place of `@me` and each `@name` that one member has.

    Slack does this itself for names that it suggests as people type. A typed name doesn't match a
    shorter one: `@Anna Meyer` isn't anna.
    """
    text = request.text
    starts = [match.end() for match in islice(_AT.finditer(text), _MOST_TYPED)]
    typed = {start: _list_names(text[start:]) for start in starts}
    if not typed:
        return request
    handles = {_fold(name) for names in typed.values() for name in names}
    former = handles if text.partition(" ")[0].casefold() in _FORMER_MEMBER_COMMANDS else set()
    found = await context.database.run(members.find_by_handle, request.team, handles, former)
    for start, names in reversed(typed.items()):
        name = next((name for name in names if name.casefold() in _ME or _fold(name) in found), "")
        own = request.user if name.casefold() in _ME else ""
        user = own or _choose_one(found.get(_fold(name), ()))
        if user and _NAME_END.match(text, start + len(name)):
            text = f"{text[: start - 1]}<@{user}>{text[start + len(name) :]}"
    return replace(request, text=text)


async def find_person(typed: CardTarget, request: UserRequest, context: Context) -> str:
    """Return the person that *typed* means: the requester, or the one member of that name.

    Empty if there is none, as for a name in quotation marks.
    """
    if not is_thing(typed.id):
        return typed.id
    if typed.quoted:
        return ""
    return request.user if is_me(typed) else await find_namesake(typed, request.team, context)


async def explain_unknown(handle: str, request: UserRequest, context: Context) -> Page:
    """Return the reply that nobody is called @*handle*, or that several share the typed name."""
    texts = [
        request.text[match.end() :] for match in islice(_AT.finditer(request.text), _MOST_TYPED)
    ]
    matching = [text for text in texts if text.casefold().startswith(handle.casefold())]
    names = [name for text in matching for name in _list_names(text)]
    handles = {_fold(name) for name in names}
    found = await context.database.run(members.find_by_handle, request.team, handles)
    shared = next((name for name in names if len(found.get(_fold(name), ())) > 1), "")
    if shared:
        return Page(karma_words.explain_shared(shared))
    return Page(karma_words.explain_unknown(_TRAILING.sub("", handle) or handle))


def is_me(typed: CardTarget) -> bool:
    """Return whether *typed* is `me` without quotation marks."""
    return not typed.quoted and typed.spelling.casefold() in _ME


async def resolve_target(
    typed: CardTarget, request: UserRequest, as_thing: str, context: Context
) -> CardTarget | str:
    """Return the target that *typed* means, or a question if it's a member's name.

    *as_thing* is the command that means the thing of that name.
    """
    person = await find_person(typed, request, context)
    if person in ("", typed.id):
        return typed
    if is_me(typed):
        return CardTarget(person)
    return await ask_person_or_thing(person, request, as_thing, context)


async def resolve_person(
    typed: CardTarget, request: UserRequest, context: Context
) -> CardTarget | str:
    """Return the person that *typed* means, or a question if it's a member's name.

    The question is empty if it's nobody's.
    """
    person = await find_person(typed, request, context)
    if not person or person == typed.id or is_me(typed):
        return CardTarget(person) if person else ""
    names = await context.people.read_names(request.team, [person])
    return words.ask_if_person(names.get(person, ""))


async def ask_person_or_thing(
    person: str, request: UserRequest, as_thing: str, context: Context
) -> str:
    """Return the question whether *person* is meant, or the thing in the command *as_thing*."""
    names = await context.people.read_names(request.team, [person])
    return words.ask_person_or_thing(names.get(person, ""), as_thing)


async def find_namesake(typed: CardTarget, team: str, context: Context) -> str:
    """Return the one member with the name of the thing *typed*; empty for none or several."""
    handle = typed.id.removeprefix(THING)
    found = await context.database.run(members.find_by_handle, team, [handle])
    return _choose_one(found.get(handle, ()))


def _list_names(text: str) -> list[str]:
    """Return the possible names at the beginning of *text*, the longest first."""
    ends = [match.end() for match in islice(re.finditer(r"\S+", text), _MOST_WORDS)]
    names = [text[:end] for end in reversed(ends)]
    return [*dict.fromkeys(form for name in names for form in (name, _TRAILING.sub("", name)))]


def _choose_one(users: Sequence[str]) -> str:
    return users[0] if len(users) == 1 else ""


def _fold(name: str) -> str:
    return (build_thing_id(name) or "").removeprefix(THING)
