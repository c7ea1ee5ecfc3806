"""The table of scopes and the link that creates the app agree with the Slack manifests.

`python -m tests.house.test_manifests` rewrites the link.
"""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import yaml

from app.devtools.fake_slack.values import InstalledManifest
from app.slack import client

ROOT = Path(__file__).parents[2]
MANIFESTS = sorted((ROOT / "docs").rglob("slack-app-manifest*.yaml"))
SOCKETS = next(path for path in MANIFESTS if "socket" in path.name)
SCOPES = ROOT / "docs/admin/scopes.md"
START = ROOT / "docs/admin/five-minutes.md"
LINK = re.compile(r"(?<=\*\*\[create the app, filled in\]\()[^)]*")

# Slack documents no maximum length; servers and browsers accept 8,000 characters.
LONGEST = 8000


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def render_link() -> str:
    """Return the link to Slack's page that creates the app from the manifest."""
    manifest = json.dumps(yaml.safe_load(read(SOCKETS)), separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(manifest, safe='')}"


def write_link() -> None:
    link = render_link()
    START.write_text(LINK.sub(lambda _: link, read(START)), encoding="utf-8")


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_the_table_of_scopes_has_those_of_each_manifest_and_no_other(path):
    asked = yaml.safe_load(read(path))["oauth_config"]["scopes"]
    assert list(asked) == ["bot"]
    rows = re.findall(r"^\| `([\w:]+)` \| (.+) \| (.+) \|$", read(SCOPES), re.MULTILINE)
    assert sorted(name for name, _, _ in rows) == sorted(asked["bot"]) == sorted(client.SCOPES)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_the_fake_slack_offers_what_each_manifest_does(path):
    features, installed = yaml.safe_load(read(path))["features"], InstalledManifest()
    shortcuts = {(found["type"], found["callback_id"]) for found in features["shortcuts"]}
    assert {found["command"] for found in features["slash_commands"]} == {*installed.commands}
    assert shortcuts == {
        *(("global", name) for name in installed.shortcuts),
        *(("message", name) for name in installed.message_shortcuts),
    }
    assert features["app_home"]["messages_tab_read_only_enabled"] is installed.read_only


def test_the_link_creates_the_app_of_the_manifest():
    (link,) = LINK.findall(read(START))
    assert link == render_link(), "python -m tests.house.test_manifests"
    query = parse_qs(urlsplit(link).query, strict_parsing=True)
    assert json.loads(query["manifest_json"][0]) == yaml.safe_load(read(SOCKETS))
    assert query["new_app"] == ["1"]
    assert len(link) < LONGEST


def test_the_link_needs_no_escaping_in_markdown():
    assert not re.search(r"[\s()<>]", render_link())


def test_the_first_vote_takes_about_fourteen_actions():
    steps = re.findall(r"^(\d+)\. ", read(START), re.MULTILINE)
    assert [int(number) for number in steps] == list(range(1, len(steps) + 1))
    assert len(steps) <= 15


if __name__ == "__main__":
    write_link()
