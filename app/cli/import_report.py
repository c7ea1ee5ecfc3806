"""What `bin/import-json` says of a file that was taken over, or taken out again."""

from collections.abc import Iterator

from app.cli.import_scores import ImportSummary, sum_people, sum_things
from app.cli.json_file import JsonFile
from app.cli.output import pluralize
from app.core.transfer.score_file import format_value


def describe_import(file: JsonFile, summary: ImportSummary) -> Iterator[str]:
    """Tell what was taken over, and what was passed over."""
    entries = pluralize(summary.read, "entry", "entries")
    yield f"{entries} read, taken over: {format_sums(summary)}"
    if summary.faults:
        yield f"left out: {pluralize(summary.faults, 'bad entry', 'bad entries')}"
    if summary.zeros:
        yield f"left out: {pluralize(summary.zeros, 'entry', 'entries')} with 0 points"
    if summary.ignored:
        keys = (f"{format_value(key)} ({count:,})" for key, count in summary.ignored.most_common())
        yield f"ignored keys: {', '.join(keys)}"
    if file.has_byte_order_mark:
        yield "ignored: a byte order mark at the beginning"


def format_sums(summary: ImportSummary) -> str:
    """Say how many people and things have how many points."""
    persons, stuff = sum_people(summary), sum_things(summary)
    people = pluralize(persons.entries, "person", "people")
    return (
        f"{people} with {pluralize(persons.points, 'point')},"
        f" {pluralize(stuff.entries, 'thing')} with {pluralize(stuff.points, 'point')}"
    )
