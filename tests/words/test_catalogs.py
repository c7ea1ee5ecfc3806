"""The catalogs of wording: each language is as complete as English, and every phrase formats."""

import ast as python
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from fluent.runtime.errors import FluentReferenceError
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from app import words as replies
from app.words import catalog, text, votes
from app.words.catalog import ENGLISH, FOLDER, LANGUAGES, Phrase, say, use_language

OTHERS = tuple(language for language in LANGUAGES if language != ENGLISH)
APP = FOLDER.parent.parent
PLURALS = {"zero", "one", "two", "few", "many", "other"}
UNTRUE = "x" * 3000 + " <@U1> “y” {z}"
"""Text that no phrase expects."""


class Message(Visitor):
    """The variables of a message, including those of messages it refers to."""

    def __init__(self, message: ast.Message, others: Mapping[str, ast.Message]) -> None:
        self.variables: set[str] = set()
        self.numbers: set[str] = set()
        """The variables that can only be numbers."""
        self.choices: dict[str, set[str]] = {}
        """The variants of each variable that selects between some."""
        self.refers_to: set[str] = set()
        self._others = others
        self.visit(message)

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802
        positional = node.arguments.positional
        self.numbers |= {v.id.name for v in positional if isinstance(v, ast.VariableReference)}
        self.generic_visit(node)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        if isinstance(node.selector, ast.VariableReference):
            keys = (
                v.key.name if isinstance(v.key, ast.Identifier) else v.key.value
                for v in node.variants
            )
            self.choices.setdefault(node.selector.id.name, set()).update(keys)
        self.generic_visit(node)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.refers_to.add(node.id.name)
        self.visit(self._others[node.id.name])


@cache
def entries(language: str, file: str = "*.ftl") -> tuple[Any, ...]:
    """Return all entries in the files of *language*."""
    found = sorted((FOLDER / language).glob(file))
    parsed = (FluentParser().parse(each.read_text("utf-8")) for each in found)
    return tuple(chain.from_iterable(resource.body for resource in parsed))


def ids(language: str, file: str = "*.ftl") -> list[str]:
    return [e.id.name for e in entries(language, file) if isinstance(e, ast.Message)]


@cache
def messages(language: str) -> dict[str, Message]:
    there = {e.id.name: e for e in entries(language) if isinstance(e, ast.Message)}
    return {name: Message(message, there) for name, message in there.items()}


def modules(package: str) -> list[str]:
    folder = APP.parent / package.replace(".", "/")
    return [m.name for m in pkgutil.walk_packages([str(folder)], f"{package}.")]


@cache
def find_used_phrases() -> frozenset[str]:
    """Return the ids of all messages that the app says, by themselves or from a table."""
    loaded = [importlib.import_module(name) for name in modules(replies.__name__)]
    values = chain.from_iterable(vars(module).values() for module in loaded)
    in_tables = {phrase.id for value in values for phrase in phrases(value)}
    return frozenset(in_tables.union(chain.from_iterable(map(find_ids, find_calls()))))


def find_calls() -> Iterator[python.Call]:
    """Yield the calls of `say` and `Phrase` in the app's code; tables may build their ids."""
    for file in (path for path in APP.rglob("*.py") if path != APP / "words/catalog.py"):
        for node in python.walk(python.parse(file.read_text("utf-8"))):
            if isinstance(node, python.Call) and isinstance(node.func, python.Name):
                is_in_table = node.args and isinstance(node.args[0], python.JoinedStr)
                if node.func.id == "say" or (node.func.id == "Phrase" and not is_in_table):
                    yield node


def find_ids(call: python.Call) -> Iterator[str]:
    """Yield the ids that *call* may name: its first argument, a literal or one of two."""
    match call.args[0]:
        case python.Constant(value=str(name)):
            yield name
        case python.IfExp(
            body=python.Constant(value=str(one)), orelse=python.Constant(value=str(other))
        ):
            yield from (one, other)
        case _:
            raise AssertionError(f"no literal id: {python.unparse(call)}")


def phrases(value: object) -> Iterator[Phrase]:
    if isinstance(value, Phrase):
        yield value
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(map(phrases, value.values()))
    elif isinstance(value, tuple | list):
        yield from chain.from_iterable(map(phrases, value))


def sample_arguments(message: Message) -> Iterator[dict[str, str | int]]:
    """Yield arguments for a message: numbers, text, and the key of each of its variants."""
    for number in (0, 1, 2, 5, -1, 1234, 2**63 - 1):
        yield dict.fromkeys(message.variables, number)
    words = {name: 3 if name in message.numbers else UNTRUE for name in message.variables}
    yield words
    for name, keys in message.choices.items():
        yield from (words | {name: key} for key in sorted(keys))


def run_code(folder: Path, code: str) -> list[str]:
    """Run *code* with the app in *folder*; return the lines it prints."""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, "\n".join(ran.stderr.splitlines()[-3:])
    return ran.stdout.splitlines()


def test_english_and_german_are_available():
    assert {"de", "en"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_catalog_belongs_to_a_message_or_a_comment(language: str):
    kinds = (ast.Message, ast.Term, ast.BaseComment)
    assert [e.content for e in entries(language) if not isinstance(e, kinds)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_defined_twice(language: str):
    assert [name for name, many in Counter(ids(language)).items() if many > 1] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_messages_per_file_as_english(language: str):
    files = sorted({file.name for file in FOLDER.rglob("*.ftl")})
    assert {f: ids(language, f) for f in files} == {f: ids(ENGLISH, f) for f in files}


@pytest.mark.parametrize("language", OTHERS)
def test_message_has_the_same_variables_in_every_language(language: str):
    own = {name: sorted(message.variables) for name, message in messages(language).items()}
    assert own == {name: sorted(each.variables) for name, each in messages(ENGLISH).items()}


@pytest.mark.parametrize("language", OTHERS)
def test_message_has_the_variants_of_english_in_every_language(language: str):
    missing = {
        (name, variable): missing
        for name, message in messages(ENGLISH).items()
        for variable, keys in message.choices.items()
        if (missing := keys - PLURALS - messages(language)[name].choices.get(variable, set()))
    }
    assert missing == {}


def test_every_phrase_used_in_code_is_in_the_catalogs():
    assert sorted(find_used_phrases() - messages(ENGLISH).keys()) == []


def test_every_catalog_message_is_used():
    referred = chain.from_iterable(message.refers_to for message in messages(ENGLISH).values())
    assert sorted(messages(ENGLISH).keys() - find_used_phrases() - set(referred)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_formats_with_any_arguments(language: str):
    with use_language(language):
        for name, message in messages(language).items():
            for arguments in sample_arguments(message):
                assert say(name, **arguments).strip(), (name, arguments)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_has_surplus_spaces(language: str):
    with use_language(language):
        for name, message in messages(language).items():
            for arguments in sample_arguments(message):
                sentence = say(name, **arguments)
                assert sentence == sentence.strip(), (name, arguments)
                assert not re.search(r"[ ]{2}|[ ]\n|[ ][,.;](\s|$)", sentence), (name, arguments)


def test_no_phrase_is_formatted_at_import():
    silent = "from app.words import catalog\ndel catalog.load_bundle\nimport "
    names = [*modules("app.core"), *modules("app.slack")]
    assert run_code(APP.parent, silent + ", ".join(names)) == []


def test_phrase_missing_in_every_language_raises_key_error():
    with pytest.raises(KeyError, match="no-such-phrase"):
        say("no-such-phrase")


def test_missing_phrase_argument_raises():
    with pytest.raises(FluentReferenceError, match="count"):
        say("points")


def test_phrase_arguments_are_inserted_verbatim():
    assert votes.format_score("U1", 1, {"U1": "{ points } { $count }"}) == (
        "{ points } { $count } has 1 point"
    )
    assert say("both", first=UNTRUE, last="b") == f"{UNTRUE} and b"


def test_unknown_language_falls_back_to_english():
    with use_language("xx"):
        assert catalog.get_language() == ENGLISH
        assert text.format_points(2) == "2 points"


def test_language_is_limited_to_its_context():
    with use_language("de"):
        with use_language("en"):
            assert text.format_points(2) == "2 points"
        assert text.format_points(2) == "2 Punkte"
    assert text.format_points(2) == "2 points"


def test_each_language_has_its_folder():
    folders = [path.name for path in catalog.FOLDER.iterdir() if path.is_dir()]
    assert sorted(folders) == sorted(LANGUAGES)


def test_new_language_needs_only_its_folder_and_code(tmp_path: Path):
    for floor in ("core", "words"):
        ignored = shutil.ignore_patterns("*.pyc")
        shutil.copytree(APP / floor, tmp_path / "app" / floor, ignore=ignored)
    codes = tmp_path / "app/core/settings/definitions.py"
    codes.write_text(codes.read_text("utf-8").replace('("de", ', '("de", "pl", '), "utf-8")
    polish = tmp_path / "app/words/locales/pl"
    shutil.rmtree(polish, ignore_errors=True)
    polish.mkdir()
    (polish / "some.ftl").write_text(
        "points = { $count ->\n"
        "    [one] { $count } punkt\n"
        "    [few] { $count } punkty\n"
        "   *[many] { $count } punktów\n"
        "  }\n"
        "score = { $name } ma { points }\n"
        "date = { $day } { $month } { $year }\n"
        "month = { $month } { $year }\n",
        "utf-8",
    )
    code = (
        "from datetime import date\n"
        "from app.words import catalog, text, votes\n"
        "polish = catalog.use_language('pl')\n"
        "polish.__enter__()\n"
        "print(*catalog.LANGUAGES)\n"
        "names = {'U1': 'Ola'}\n"
        "for count in (1, 2, 5, 22, 1234567): print(votes.format_score('U1', count, names))\n"
        "day = date(2026, 11, 20)\n"
        "print(text.format_dates(day, day), text.format_month(day))\n"
        "print(catalog.say('away'))\n"
    )
    languages, *scores, dates, missing = run_code(tmp_path, code)
    assert sorted(languages.split()) == sorted([*LANGUAGES, "pl"])
    counted = ["1 punkt", "2 punkty", "5 punktów", "22 punkty", "1\xa0234\xa0567 punktów"]
    assert scores == [f"Ola ma {each}" for each in counted]
    assert dates == "20 listopada 2026 listopad 2026"
    assert missing == say("away")
