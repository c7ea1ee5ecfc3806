"""Each alert fires for what it names, after the time it names, and only then."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.tables import each

RULES = Path(__file__).parents[2] / "docs/operate/alerts.yml"
PROMTOOL = shutil.which("promtool")
INTERVAL = 15
"""Seconds between two samples of a series; four make a minute."""
QUIET = "0x120"
SECOND = {"instance": "second"}


def _name(metric: str, **labels: str) -> str:
    own = {"job": "pptbot", "instance": "first"} | labels
    return f"{metric}{{{','.join(f'{key}={json.dumps(value)}' for key, value in own.items())}}}"


def _buckets(**counts: str) -> Mapping[str, str]:
    bounds = {"fast": "1.0", "slow": "2.0", "all": "+Inf"}
    return {
        _name("pptbot_event_seconds_bucket", kind="message", le=bounds[key]): values
        for key, values in counts.items()
    }


def _call(result: str) -> str:
    return _name("pptbot_slack_calls_total", method="chat.postMessage", result=result)


UP, BUILD = _name("up"), _name("pptbot_build_info", version="0.1.0")
ACCEPTED = _name("pptbot_events_total", kind="message", answer="200")
UNAVAILABLE = _name("pptbot_events_total", kind="message", answer="503")
DATABASE = _name("pptbot_database_up")
OLDEST = _name("pptbot_outbox_oldest_seconds")
WAITING = _name("pptbot_pool_waiting")
SOCKETS = _name("pptbot_sockets", state="up")
REFUSED = _name("pptbot_refusals_total", reason="self")
CLOCK = _name("pptbot_requests_refused_total", reason="timestamp")
HEALTHY = {
    UP: "1x120", BUILD: "1x120", DATABASE: "1x120", SOCKETS: "2x120",
    ACCEPTED: "0+15x120", UNAVAILABLE: QUIET, CLOCK: QUIET,
    OLDEST: QUIET, WAITING: QUIET, REFUSED: "0+1x120",
    _call("ok"): "0+9x120", _call("rate_limited"): "0+9x120", _call("not_in_channel"): "0+1x9 9x99",
    **_buckets(fast="0+15x120", slow="0+15x120", all="0+15x120"),
}  # fmt: skip
"""30 minutes of a process that works."""

FAULTS = {
    "nothing is wrong": ({}, 25, ""),
    "no process can be scraped": ({UP: "0x120", BUILD: "_x120"}, 4, "PptbotDown"),
    "a scrape failed": ({UP: "1x9 0 1x99", BUILD: "1x9 _ 1x99"}, 4, ""),
    "one of two processes hangs": (
        {_name("up", **SECOND): "1x9 0x99", _name("pptbot_build_info", **SECOND): "1x9 _x99"},
        15, "PptbotProcessDown",
    ),
    "one of two processes restarts": (
        {_name("up", **SECOND): "1x9 0x8 1x9", _name("pptbot_build_info", **SECOND): "1x9 _x8 1x9"},
        6, "",
    ),
    "another app is down": ({_name("up", job="another"): "0x120"}, 25, ""),
    "the clock is wrong": ({CLOCK: "0+1x120", ACCEPTED: QUIET}, 10, "PptbotRefusesSlack"),
    "forged requests come between Slack's": ({CLOCK: "0+9x120"}, 25, ""),
    "the database is down": ({DATABASE: "1x9 0x99"}, 5, "PptbotDatabaseDown"),
    "one vote in fifty isn't stored": ({UNAVAILABLE: "0+0.3x120"}, 15, "PptbotAnswers503"),
    "one vote in two hundred isn't stored": ({UNAVAILABLE: "0+0.075x120"}, 25, ""),
    "a reply waits": ({OLDEST: "0+15x120"}, 12, "PptbotOutboxOld"),
    "replies wait for a while": ({OLDEST: "0+15x30 0x99"}, 7, ""),
    "one message in ten is slow": (
        _buckets(fast="0+13x120", slow="0+15x120", all="0+15x120"), 15, "PptbotSlow",
    ),
    "the pool is exhausted": ({WAITING: "0x9 3x99"}, 6, "PptbotPoolWaiting"),
    "no socket is up": ({SOCKETS: "2x9 0x99"}, 5, "PptbotSocketsDown"),
    "Slack refuses the token": ({_call("invalid_auth"): "0+1x120"}, 15, "PptbotSlackRefuses"),
    "many votes are refused": ({REFUSED: "0+3x120"}, 12, "PptbotRefusalsBurst"),
}  # fmt: skip


@pytest.mark.skipif(not PROMTOOL, reason="no promtool on PATH: apt-get install prometheus")
@each("fault", FAULTS)
def test_exactly_the_alert_for_a_fault_fires(fault, tmp_path):
    changed, minute, alert = FAULTS[fault]
    test = {
        "interval": f"{INTERVAL}s",
        "input_series": [{"series": k, "values": v} for k, v in (HEALTHY | changed).items()],
        "promql_expr_test": [{
            "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1}] if alert else [],
        }],
    }  # fmt: skip
    file = tmp_path / "test.yml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": [test]}), encoding="utf-8")
    command = [str(PROMTOOL), "test", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_a_fault_that_fires_it():
    named = {line.split()[-1] for line in RULES.read_text("utf-8").splitlines() if "alert:" in line}
    assert named == {alert for *_, alert in FAULTS.values()} - {""}
