"""What the log leaves out."""

import contextlib
import io
import json
import logging
import os
import sys

import pytest
import structlog

from app import log


def test_the_lines_of_an_error_that_quote_a_row_are_not_logged():
    stream = io.StringIO()
    log.configure("info", "json", stream)
    refusal = ValueError("violates a check\nDETAIL:  Failing row contains (they wrote this).")
    structlog.get_logger().error("event.failed", event_id="Ev1", exc_info=refusal)
    line = json.loads(stream.getvalue())
    assert line.keys() == {"event", "event_id", "exception", "level", "timestamp"}
    assert line["exception"] == "ValueError: violates a check"


def test_a_line_after_one_that_did_not_fit_is_whole(monkeypatch):
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", 0) as pipe, os.fdopen(writing, "wb", 0) as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        log.configure("info", "json")
        structlog.get_logger().info("long", exception="x" * (2 << 20))
        cut = pipe.read(2 << 20)
        structlog.get_logger().info("next")
        rest = pipe.read(2 << 20)
    assert cut.startswith(b'{"exception": "xxx')
    first, second = rest.splitlines()
    assert (first, json.loads(second)["event"]) == (b"", "next")


def test_what_would_be_repeated_is_logged_only_some_times_a_minute_for_each_reason():
    now, passed = [0.0], []
    limit = log.Repetitions(lambda: now[0])

    def say(event, reason):
        with contextlib.suppress(structlog.DropEvent):
            passed.append(limit(None, "", {"event": event, "reason": reason}))

    for _ in range(100):
        for event, reason in (
            ("event.unavailable", "a"),
            ("event.unavailable", "b"),
            ("request.refused", "timestamp"),
            ("database.slow", "a"),
        ):
            say(event, reason)
    assert len(passed) == 10 + 10 + 1 + 100
    passed.clear()
    now[0] = 60.0
    say("event.unavailable", "a")
    say("event.unavailable", "a")
    say("request.refused", "timestamp")
    assert [line.get("omitted") for line in passed] == [90, None, 99]


@pytest.mark.parametrize(("level", "logged"), [("info", 10), ("debug", 20)])
def test_at_level_debug_nothing_is_omitted(level, logged):
    stream = io.StringIO()
    log.configure(level, "json", stream)
    for _ in range(20):
        structlog.get_logger().info("name.unknown", user="U1", reason="http 500")
    assert stream.getvalue().count("name.unknown") == logged


@pytest.mark.parametrize("library", ["slack_sdk.web.async_client", "slack_bolt", "psycopg.pool"])
def test_libraries_that_log_payloads_are_silent(library):
    assert not logging.getLogger(library).isEnabledFor(logging.ERROR)
