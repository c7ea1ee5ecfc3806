"""`each` reports every failing case, and isolates cases from each other."""

import pytest

from tests.logged import logged
from tests.tables import each


def test_every_failing_case_is_reported():
    @each("number, limit", [(1, 2), (3, 2), (5, 4)])
    def check(number: int, limit: int, least: int):
        assert least < number < limit

    with pytest.raises(AssertionError) as failure:
        check(least=0)
    report = str(failure.value)
    assert report.startswith("2 of 3 fail\n(3, 2): AssertionError: ")
    assert "\n(5, 4): AssertionError: " in report
    assert "(1, 2)" not in report
    line = check.__wrapped__.__code__.co_firstlineno + 2
    assert report.endswith(f"\n  at test_case_tables.py:{line}")


def test_tables_can_be_nested():
    seen = []

    @each("first", "ab")
    @each("second", [1, 2])
    def check(first: str, second: int):
        seen.append((first, second))

    check()
    assert seen == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_an_error_and_a_missing_exception_are_failures_too():
    @each("text", ["x", "1"])
    def check(text: str):
        with pytest.raises(ValueError, match="invalid"):
            int(text)

    with pytest.raises(AssertionError, match=r"1 of 2 fail\n.*DID NOT RAISE"):
        check()


async def test_coroutines_are_awaited():
    seen = []

    @each("number", [1, 2, 3])
    async def check(number: int):
        seen.append(number)
        assert number != 2

    with pytest.raises(AssertionError, match=r"1 of 3 fail\n\(2,\): "):
        await check()
    assert seen == [1, 2, 3]


async def test_a_case_sees_no_messages_or_logs_of_earlier_ones(talk, log_lines):
    @each("typed", ["@bob++", "@carol++"])
    async def check(talk, log_lines, typed: str):
        assert (talk.heard(), talk.slack.calls, log_lines.read_text()) == ([], [], "")
        talk.slack.fail("chat.postMessage", error="is_archived")
        await talk.said(typed)
        assert len(talk.slack.list_calls("chat.postMessage")) == 1
        assert len(logged(log_lines, "reply.dropped")) == 1
        talk.slack.fail("chat.postMessage", error="is_archived", times=None)

    await check(talk=talk, log_lines=log_lines)
    assert sum((await talk.scores()).values()) == 2
