"""What the log leaves out."""

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


@pytest.mark.parametrize("library", ["slack_sdk.web.async_client", "slack_bolt", "psycopg.pool"])
def test_libraries_that_log_payloads_are_silent(library):
    assert not logging.getLogger(library).isEnabledFor(logging.ERROR)
