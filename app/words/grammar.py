"""The words that people type in votes: those of all languages, from each language's folder."""

import tomllib
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

from app.core.grammar.words import GrammarWords
from app.core.settings.definitions import LANGUAGES
from app.words.catalog import FOLDER

FILE: Final = "words.toml"


def read_words(folder: Path) -> GrammarWords:
    """Return the words of the language in *folder*; none where it has no such file."""
    file = folder / FILE
    if not file.exists():
        return GrammarWords()
    lists = tomllib.loads(file.read_text("utf-8"))
    return GrammarWords(**{name: frozenset(words) for name, words in lists.items()})


WORDS: Final = reduce(or_, (read_words(FOLDER / language) for language in LANGUAGES))
"""Understood everywhere, whatever the app speaks. They are read once, on import, as code is."""
