"""The catalogs of phrases and command words: one folder in `app/words/locales` per language.

To add a language, add its folder, and its code in `app/core/settings/definitions.py`
(docs/develop/translating.md). A phrase missing from a language's Fluent catalogs falls back to
English. Files are read once per process: command words on import, catalogs on first use.
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

# user text may be long; Fluent's limit protects against untrusted catalogs
resolver.MAX_PART_LENGTH = sys.maxsize

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_app_name: ContextVar[str] = ContextVar("app_name", default="pptbot")


@contextlib.contextmanager
def use_language(language: str, app_name: str = "") -> Iterator[None]:
    """Use *language* inside the context; English if it isn't supported.

    *app_name* is the app's name in that workspace, if known.
    """
    token = _language.set(language if language in LANGUAGES else ENGLISH)
    name_token = _app_name.set(app_name or _app_name.get())
    try:
        yield
    finally:
        _app_name.reset(name_token)
        _language.reset(token)


def get_language() -> str:
    """Return the current language's code."""
    return _language.get()


def get_locale() -> Locale:
    """Return the current language's locale: names of months and plural forms."""
    return _load_locale(_language.get())


@cache
def _load_locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def say(phrase: str, /, **given: str | int) -> str:
    """Return the message with the id *phrase* in the current language, with *given* arguments.

    Numbers select plural forms and are formatted for the language. Text is inserted unchanged, so
    the caller must escape user text; if it ends in a dot, no second one follows.
    Raises KeyError if no catalog has the message.
    """
    bundle = _find_bundle(_language.get(), phrase)
    message = bundle.get_message(phrase)
    if message.value is None:
        raise KeyError(phrase)
    formatted, errors = bundle.format_pattern(message.value, given)
    if errors:
        raise errors[0]
    sentence = str(formatted)
    for text in given.values():
        if isinstance(text, str) and text.endswith("."):
            sentence = sentence.replace(f"{text}.", text)
    return sentence


@dataclass(frozen=True, slots=True)
class Phrase:
    """The id of a message that a table selects; calling it is `say` with that id."""

    id: str

    def __call__(self, **given: str | int) -> str:
        """Return the message in the current language, with *given* arguments."""
        return say(self.id, **given)


@cache
def _find_bundle(language: str, phrase: str) -> FluentBundle:
    """Return the catalog of *language*, or the English one if it lacks *phrase*."""
    own = load_bundle(language)
    return own if own.has_message(phrase) else load_bundle(ENGLISH)


@cache
def load_bundle(language: str) -> FluentBundle:
    """Return the whole catalog of *language*."""
    bundle = FluentBundle([language], use_isolating=False, functions=_build_functions(language))
    for file in sorted((FOLDER / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return bundle


def _build_functions(language: str) -> dict[str, Callable[[Any], Any]]:
    ordinal = _load_locale(language).ordinal_form

    def choose_form(number: object) -> str:
        """Return the ordinal category of *number*: `one` for 1st, `two` for 2nd."""
        return ordinal(int(str(number)))

    return {"ORDINAL": choose_form, "APP": _app_name.get}


def read_words(folder: Path) -> GrammarWords:
    """Return the command words of the language in *folder*; none if it has no such file."""
    file = folder / _WORDS_FILE
    if not file.exists():
        return GrammarWords()
    lists = tomllib.loads(file.read_text("utf-8"))
    return GrammarWords(**{name: frozenset(words) for name, words in lists.items()})


WORDS: Final = reduce(or_, (read_words(FOLDER / language) for language in LANGUAGES))
"""The words of all languages, understood in every workspace."""
