"""The documentation matches the code: commands, variables, events, tables, links."""

import io
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from app.__main__ import main
from app.cli.commands import COMMANDS as APP_COMMANDS
from app.config import Config
from app.core.refusals import Refusal
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.identity import choose_first_identity
from app.devtools.playground.phrases import print_banner
from app.store.migrations import OLDEST
from tests.patience import PATIENCE
from tests.tables import each

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
COMMANDS = sorted(path.name for path in (ROOT / "bin").iterdir())
MANIFESTS = sorted(DOCS.rglob("slack-app-manifest*.yaml"))
MIGRATIONS = sorted(p for p in (ROOT / "migrations").glob("*.sql") if ".rollback." not in p.name)

# Each Web API method that the app calls, and each event that it receives, with the scopes needed.
METHODS = {
    "apps_connections_open": set(),  # needs the app-level token's connections:write
    "auth_teams_list": set(),  # for organization-wide installations; needs no scope
    "auth_test": set(),
    "bots_info": {"users:read"},
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_open": {"im:write"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_replies": {"channels:history", "groups:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "functions_completeError": set(),
    "functions_completeSuccess": set(),
    "reactions_add": {"reactions:write"},
    "reactions_remove": {"reactions:write"},
    "team_info": {"team:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_conversations": {"channels:read", "groups:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_publish": set(),
    "views_open": set(),
    "views_update": set(),
}
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def slack_code() -> str:
    return "\n".join(read(path) for path in sorted((ROOT / "app/slack").rglob("*.py")))


def heard_events() -> set[str]:
    """Return the events that listeners register; Slack has one per kind of channel for messages."""
    names = set(re.findall(r'app\.event\("(\w+)"\)', slack_code()))
    assert "message" in names
    return names - {"message"} | {"message.channels", "message.groups"}


def listed(manifest: str, key: str) -> set[str]:
    """Return the items of the list below *key*, without comments."""
    block = re.search(rf"^( *){key}:\n((?:\1 +-.*\n)+)", manifest, re.MULTILINE)
    assert block, f"no list {key}"
    return set(re.findall(r"- ([\w.:]+)", block[2]))


NEW = ("--others", "--exclude-standard")


def tracked(*new: str) -> list[Path]:
    """Return the files that git tracks; skip the test outside of a checkout.

    With NEW, include untracked files that aren't ignored.
    """
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", *new],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if answer.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def dependencies() -> set[str]:
    lines = [
        line
        for path in ROOT.glob("requirements*.txt")
        for line in read(path).splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    return {normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_command_is_documented():
    pages = "\n".join(read(page) for page in PAGES)
    assert [name for name in COMMANDS if f"bin/{name}" not in pages] == []


@each("name", [*APP_COMMANDS])
def test_every_command_prints_its_usage(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert out.startswith(f"usage: bin/{name}")


def test_all_files_of_the_apps_commands_are_alike():
    wrapper = read(ROOT / "bin/verify")
    assert [n for n in APP_COMMANDS if read(ROOT / "bin" / n) != wrapper.replace("verify", n)] == []


@each("name", [*({*COMMANDS} - {*APP_COMMANDS}), "verify"])
def test_a_shell_runs_a_command(name):
    answer = subprocess.run(
        [f"bin/{name}", "--help"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.lower().startswith(f"usage: bin/{name}")


def test_every_command_can_be_executed():
    assert [name for name in COMMANDS if not os.access(ROOT / "bin" / name, os.X_OK)] == []


def test_pages_name_only_commands_that_exist():
    command = r"(?<![/\w])bin/([a-z][\w-]*)"
    named = {word for page in PAGES for word in re.findall(command, read(page))}
    assert named - {*COMMANDS} == set()


def test_example_of_the_environment_has_every_variable_and_no_other():
    named = re.findall(r"^([A-Z_]+)=", read(ROOT / ".env.example"), re.MULTILINE)
    assert sorted(named) == sorted(field.upper() for field in Config.model_fields)


def test_page_of_the_environment_has_every_variable_and_no_other():
    named = re.findall(r"^\| `([A-Z_]+)` \|", read(DOCS / "operate/configure.md"), re.MULTILINE)
    assert sorted(named) == sorted(field.upper() for field in Config.model_fields)


def test_example_of_the_environment_shows_the_defaults():
    shown = dict(re.findall(r"^([A-Z_]+)=(.*)$", read(ROOT / ".env.example"), re.MULTILINE))
    defaults = {name.upper(): field.default for name, field in Config.model_fields.items()}
    assert shown == {name: "" if v is None else str(v) for name, v in defaults.items()}


def test_every_variable_is_used_unless_the_page_says_otherwise():
    page = read(DOCS / "operate/configure.md")
    unused = re.findall(r"^\| `([A-Z_]+)` .*Not used yet", page, re.MULTILINE)
    code = "".join(read(p) for p in (ROOT / "app").rglob("*.py") if p.name != "config.py")
    fields = {name for name in Config.model_fields if not re.search(rf"\.{name}\b", code)}
    assert {name.upper() for name in fields} == {*unused}


def test_each_manifest_lists_the_events_that_have_listeners():
    assert MANIFESTS
    assert heard_events() == EVENTS.keys()
    for path in MANIFESTS:
        assert listed(read(path), "bot_events") == heard_events()


def test_each_manifest_asks_for_the_scopes_that_are_used_and_no_other():
    called = set(re.findall(r"_?client\.([a-z]\w+)", slack_code()))
    called &= {
        name for name in called if "_" in name and name not in {"base_url", "granted_scopes"}
    }
    assert called - METHODS.keys() == set()
    used = {"commands"}.union(*(METHODS[name] for name in called))
    used = used.union(*(EVENTS[name] for name in heard_events()))
    for path in MANIFESTS:
        assert listed(read(path), "bot") == used


def test_each_scope_has_its_reason():
    for path in MANIFESTS:
        scopes = re.findall(r"^ +- \w+(?:_\w+)?:\w+.*$", read(path), re.MULTILINE)
        assert scopes
        assert [line for line in scopes if not re.search(r" # .*\w", line)] == []


def test_each_manifest_has_the_commands_that_have_listeners():
    answered = set(re.findall(r'app\.command\("(/[\w-]+)"\)', slack_code()))
    for path in MANIFESTS:
        named = set(re.findall(r"- command: (/[\w-]+)$", read(path), re.MULTILINE))
        assert named == answered
        assert read(path).count("should_escape: true") == len(named)


def test_manifest_for_sockets_differs_only_by_addresses():
    over_http, over_sockets = (
        [
            line.replace("socket_mode_enabled: true", "socket_mode_enabled: false")
            for line in read(path).splitlines()
            if "url:" not in line and not line.startswith("#")
        ]
        for path in (
            DOCS / "admin/slack-app-manifest.yaml",
            DOCS / "admin/slack-app-manifest-socket.yaml",
        )
    )
    assert over_http == over_sockets
    assert "url:" not in read(DOCS / "admin/slack-app-manifest-socket.yaml")


def test_manifest_for_sockets_names_the_scope_of_the_app_level_token():
    assert "apps_connections_open" in slack_code()
    assert "connections:write" in read(DOCS / "admin/slack-app-manifest-socket.yaml")
    assert "connections:write" in read(DOCS / "operate/deploy.md")


def test_every_test_that_a_page_names_exists():
    named = {word for page in PAGES for word in re.findall(r"`(tests/[\w/.]+)`", read(page))}
    assert "tests/faults/test_processes.py" in named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_module_that_a_page_names_exists():
    named = {word for page in PAGES for word in re.findall(r"`((?:\w+/)+\w+\.\w+)`", read(page))}
    named |= {
        word
        for page in DOCS.rglob("*.md")
        for word in re.findall(r" ((?:slack|core|store|usecases)/[\w/]+\.py)\b", read(page))
    }
    assert {"slack/inbound/http.py", "usecases/votes.py"} <= named
    places = (ROOT, ROOT / "app", DOCS / "operate", ROOT / ".local")
    assert [name for name in named if not any((at / name).exists() for at in places)] == []


def test_every_section_that_a_message_names_exists():
    code = "\n".join(read(path) for path in sorted((ROOT / "app").rglob("*.py")))
    named = set(re.findall(r"(docs/[\w/-]+\.\w+)(?:#([\w-]+))?", code))
    assert ("docs/operate/troubleshoot.md", "database-away") in named
    lost = {page for page, _ in named if not (ROOT / page).exists()}
    assert lost == set()
    assert {(page, at) for page, at in named if at and at not in headings(ROOT / page)} == set()


def test_every_relative_link_has_a_target():
    assert [f"{page.name}: {link}" for page in PAGES for link in dead_links(page)] == []


def dead_links(page: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        address, _, heading = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (page.parent / address).resolve() if address else page
        if not target.exists() or (heading and heading not in headings(target)):
            yield link


def headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", read(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_can_be_found_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[\w/-]+\.md)\)", read(ROOT / "README.md")))
    others = {path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")} - linked
    assert others <= {"docs/develop/benchmarks.md"}


def test_the_readme_shows_the_banner_of_the_playground():
    console = Console(file=io.StringIO(), width=80)
    identity = choose_first_identity(Workspace.create_example())
    print_banner(console, identity.member, identity.channel)
    assert f"```\n{console.file.getvalue()}```" in read(ROOT / "README.md")


def test_the_oldest_postgresql_is_documented():
    page = (ROOT / "docs/operate/deploy.md").read_text("utf-8")
    assert f"\nPostgreSQL {OLDEST} or newer." in page


def test_pages_show_the_current_number_of_migrations():
    counted = re.findall(r'"applied": ([0-9]+)', "".join(map(read, PAGES)))
    assert set(counted) == {str(len(MIGRATIONS))}


def test_the_metrics_name_every_reason_of_a_refusal():
    (row,) = re.findall(r"pptbot_refusals_total(.*)", read(DOCS / "operate/monitor.md"))
    assert set(re.findall(r"`(\w+)`", row)) == {"reason", *Refusal}


def test_pictures_fetch_nothing():
    drawn = "\n".join(read(path) for path in sorted(DOCS.rglob("*.svg")))
    addresses = re.findall(r"https?://[^\s\"'<)]+", drawn)
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}
    assert "url(http" not in drawn


def test_no_file_names_a_package_index_or_a_path_of_one_machine():
    index = re.compile(
        r"//[\w.-]*(?:pypi|pythonhosted|artifactory|devpi|nexus)[\w.-]*|--(?:extra-)?index-url"
        r"|(?<![\w.~])/(?:home|Users|root|work)/\w+",
        re.IGNORECASE,
    )
    found = {}
    for path in tracked(*NEW):
        if path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if match := index.search(text):
            found[path.relative_to(ROOT).as_posix()] = match[0]
    assert found == {}


def test_the_root_has_only_files_that_tools_expect_there():
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= {
        ".ci", ".env.example", ".gitignore", "CHANGELOG.md", "LICENSE", "Procfile", "README.md",
        "app", "bin", "constraints.txt", "docs", "migrations", "pyproject.toml",
        "requirements-dev.txt", "requirements-s3.txt", "requirements-server.txt",
        "requirements.txt", "tests",
    }  # fmt: skip


def test_every_dependency_is_pinned_and_explained():
    pins = re.findall(r"^([\w.-]+)==", read(ROOT / "constraints.txt"), re.MULTILINE)
    assert dependencies() - {normal(name) for name in pins} == set()
    page = normal(read(DOCS / "develop/decisions.md"))
    assert {name for name in dependencies() if f"**{name}**" not in page} == set()
