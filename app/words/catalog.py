"""The wording itself, and what people type: one folder in `app/words/locales` for each language.

A language is added by its folder and its code in `app/core/settings/definitions.py`
(docs/develop/translating.md). Where its Fluent catalogs lack a phrase, English stands in. All are
read once, on import, as code is.
"""

import contextlib
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, Final

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource, resolver

from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import ENGLISH, LANGUAGES

FOLDER: Final = Path(__file__).parent / "locales"
_WORDS_FILE: Final = "words.toml"

# What people write may be long; Fluent's limit guards against catalogs of strangers.
resolver.MAX_PART_LENGTH = sys.maxsize

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_app_name: ContextVar[str] = ContextVar("app_name", default="pptbot")


def set_language(language: str, app_name: str = "") -> None:
    """Say what is said in this task from now on in *language*, if there is such a catalog.

    The app calls itself by its *app_name* in that workspace, as far as it is known.
    """
    _language.set(language if language in LANGUAGES else ENGLISH)
    if app_name:
        _app_name.set(app_name)


@contextlib.contextmanager
def use_language(language: str, app_name: str = "") -> Iterator[None]:
    """Say what is said inside as after `set_language`."""
    token = _language.set(language if language in LANGUAGES else ENGLISH)
    name_token = _app_name.set(app_name or _app_name.get())
    try:
        yield
    finally:
        _app_name.reset(name_token)
        _language.reset(token)


def get_language() -> str:
    """Return the language now spoken, as `set_language` takes it."""
    return _language.get()


def get_locale() -> Locale:
    """Return the language now spoken, with its names of months and its plural forms."""
    return _load_locale(_language.get())


@cache
def _load_locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that is said: known by the id of its message in the catalogs."""

    id: str

    def __call__(self, **given: str | int) -> str:
        """Return it in the language now spoken, with what is *given* put in.

        Numbers choose plural forms and are written as the language has them; text is put in as it
        is, so people's words are escaped before. Raises KeyError for what no catalog has.
        """
        bundle = _find_bundle(_language.get(), self.id)
        message = bundle.get_message(self.id)
        if message.value is None:
            raise KeyError(self.id)
        said, errors = bundle.format_pattern(message.value, given)
        if errors:
            raise errors[0]
        return str(said)


@cache
def _find_bundle(language: str, phrase: str) -> FluentBundle:
    """Return the catalog of *language*, or the English one where that lacks the *phrase*."""
    own = load_bundle(language)
    return own if own.has_message(phrase) else load_bundle(ENGLISH)


@cache
def load_bundle(language: str) -> FluentBundle:
    """Return the whole catalog of *language*."""
    made = FluentBundle([language], use_isolating=False, functions=_build_functions(language))
    for file in sorted((FOLDER / language).glob("*.ftl")):
        made.add_resource(FluentResource(file.read_text("utf-8")))
    return made


def _build_functions(language: str) -> dict[str, Callable[[Any], Any]]:
    ordinal = _load_locale(language).ordinal_form

    def choose_form(number: object) -> str:
        """Return which ordinal form a number has: `one` for 1st, `two` for 2nd."""
        return ordinal(int(str(number)))

    return {"ORDINAL": choose_form, "APP": _app_name.get}


def read_words(folder: Path) -> GrammarWords:
    """Return what people type in the language of *folder*; none where it has no such file."""
    file = folder / _WORDS_FILE
    if not file.exists():
        return GrammarWords()
    lists = tomllib.loads(file.read_text("utf-8"))
    return GrammarWords(**{name: frozenset(words) for name, words in lists.items()})


WORDS: Final = reduce(or_, (read_words(FOLDER / language) for language in LANGUAGES))
"""Understood everywhere, whatever the app speaks."""
