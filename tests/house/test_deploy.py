"""The deployment files are valid for their platforms, and name only what exists."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from app.config import Config
from app.web.server import MAX_BODY
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs/operate/deploy"
FILES = sorted(DEPLOY.iterdir())
VARIABLES = {name.upper() for name in Config.model_fields}
LIBPQ = {"PGPASSWORD"}
POSTGRES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "MPLCONFIGDIR"}
RELEASE = ["bin/migrate"]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def read_steps() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions, without comments."""
    with (DEPLOY / "Dockerfile").open("rb") as file:
        steps = DockerfileParser(fileobj=file).structure
    return [(step["instruction"], step["value"]) for step in steps if step["value"]]


def find_values(steps: list[tuple[str, str]], name: str) -> list[str]:
    return [value for instruction, value in steps if instruction == name]


def read_unit() -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read_string(read("pptbot.service"))
    return unit


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_command_in_a_file_exists_and_can_be_executed(path):
    for name in re.findall(
        r"(?<![\w/])(?:/srv/pptbot/)?bin/([a-z][\w-]*)", path.read_text("utf-8")
    ):
        assert (ROOT / "bin" / name).stat().st_mode & 0o111


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_path_of_the_checkout_in_a_file_exists(path):
    for name in re.findall(r"\bdocs/[\w./-]+\w", path.read_text("utf-8")):
        assert (ROOT / name).exists()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_explained(path):
    page = (ROOT / "docs/operate/deploy.md").read_text("utf-8")
    assert f"(deploy/{path.name})" in page or path.name == "Dockerfile.dockerignore"


def test_the_image_runs_the_server_and_not_as_root():
    steps = read_steps()
    assert find_values(steps, "FROM")[-1] == "app"
    assert json.loads(find_values(steps, "CMD")[0]) == ["bin/server"]
    users = find_values(steps, "USER")
    assert users[0].isdigit()
    assert users[-1] == users[0]
    health = find_values(steps, "HEALTHCHECK")[0]
    assert "/livez" in health
    compile(json.loads(health.partition("CMD ")[2])[-1], "HEALTHCHECK", "exec")


def test_the_image_copies_files_that_exist_and_are_in_its_context():
    kept = {line[1:] for line in read("Dockerfile.dockerignore").splitlines() if line[:1] == "!"}
    copied = [value for value in find_values(read_steps(), "COPY") if "--from" not in value]
    named = {name for value in copied for name in value.split()[:-1]}
    assert named == kept
    assert [name for name in named if not (ROOT / name).exists()] == []


def copy_stage(stage: str, into: Path) -> None:
    """Copy the files that *stage* of the Dockerfile copies from the checkout."""
    named = ""
    for instruction, value in read_steps():
        if instruction == "FROM":
            named = value.rpartition(" AS ")[2]
        elif instruction == "COPY" and named == stage and "--from" not in value:
            for name in value.split()[:-1]:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, into / name)


@pytest.mark.parametrize("command", ["server", "migrate", "import-json"])
def test_commands_start_with_the_files_in_the_image(tmp_path, command):
    copy_stage("app", tmp_path)
    answer = subprocess.run(
        [tmp_path / "bin" / command, "--help"],
        env={"PATH": f"{sys.prefix}/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, check=False, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"usage: bin/{command}")
    assert not (tmp_path / ".venv").exists()


def test_the_image_sets_only_known_variables():
    named = set(re.findall(r"(\w+)=", " ".join(find_values(read_steps(), "ENV"))))
    assert named - PYTHON <= VARIABLES


def test_the_image_has_no_embedded_postgresql():
    requirements = {path.name: path.read_text("utf-8") for path in ROOT.glob("requirements*.txt")}
    (installed,) = re.findall(r"-r (\S+)", " ".join(find_values(read_steps(), "RUN")))
    names = [installed]
    for name in names:
        names += re.findall(r"^-r (\S+)", requirements[name], re.MULTILINE)
    assert "pgserver" not in "".join(requirements[name] for name in names)
    assert "pgserver" in requirements["requirements.txt"]


def test_the_compose_file_is_valid():
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    answer = subprocess.run(
        [*check, DEPLOY / "compose.yaml"], capture_output=True, check=False, text=True
    )
    assert answer.returncode == 0, answer.stdout


def test_compose_sets_known_variables_and_migrates_once():
    services = yaml.safe_load(read("compose.yaml"))["services"]
    own = {name: of for name, of in services.items() if name != "postgres"}
    assert set(services["postgres"]["environment"]) == POSTGRES
    for of in own.values():
        assert set(of["environment"]) - LIBPQ <= VARIABLES
        assert (DEPLOY / of["build"]["context"]).resolve() == ROOT
        assert (ROOT / of["build"]["dockerfile"]).is_file()
    assert [name for name, of in own.items() if of.get("command") == RELEASE] == ["migrate"]
    needed = services["server"]["depends_on"]
    assert needed == {"migrate": {"condition": "service_completed_successfully"}}


def test_render_migrates_before_it_deploys():
    blueprint = yaml.safe_load(read("render.yaml"))
    (service,), (database,) = blueprint["services"], blueprint["databases"]
    assert [service["preDeployCommand"]] == RELEASE
    assert "dockerCommand" not in service  # the image's own command is used
    assert (ROOT / service["dockerfilePath"]).is_file()
    assert {of["key"] for of in service["envVars"]} <= VARIABLES
    (url,) = [of["fromDatabase"] for of in service["envVars"] if of["key"] == "DATABASE_URL"]
    assert url == {"name": database["name"], "property": "connectionString"}
    assert service["healthCheckPath"] == "/health"


def test_fly_migrates_before_it_deploys():
    settings = tomllib.loads(read("fly.toml"))
    assert [settings["deploy"]["release_command"]] == RELEASE
    # Fly resolves these relative to fly.toml.
    assert (DEPLOY / settings["build"]["dockerfile"]).is_file()
    assert (DEPLOY / settings["build"]["ignorefile"]).is_file()
    port = settings["http_service"]["internal_port"]
    assert f"PORT={port}" in " ".join(find_values(read_steps(), "ENV")).split()
    assert settings["http_service"]["checks"][0]["path"] == "/health"


def test_the_unit_starts_with_the_machine_and_after_the_network():
    unit = read_unit()
    assert unit["Install"]["WantedBy"] == "multi-user.target"
    assert {"network-online.target", "postgresql.service"} <= set(unit["Unit"]["After"].split())
    folder = unit["Service"]["WorkingDirectory"]
    assert unit["Service"]["ExecStart"] == f"{folder}/bin/server"
    assert unit["Service"]["ExecStartPre"] == f"{folder}/bin/migrate"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_the_systemd_unit_is_valid(tmp_path):
    (tmp_path / "pptbot").symlink_to(ROOT)  # a checkout's own path may have spaces
    here = read("pptbot.service").replace("/srv/pptbot", str(tmp_path / "pptbot"))
    (tmp_path / "pptbot.service").write_text(here, encoding="utf-8")
    answer = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "pptbot.service"],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert "pptbot.service:" not in answer.stderr


def test_nginx_forwards_whatever_the_server_accepts():
    (size,) = re.findall(r"client_max_body_size (\d+)m;", read("nginx.conf"))
    assert int(size) * 1024 * 1024 == MAX_BODY


@pytest.mark.skipif(not NGINX, reason="no nginx on PATH: apt-get install nginx-light")
def test_nginx_accepts_its_configuration(tmp_path):
    own = read("nginx.conf").replace("listen 443 ssl", f"listen unix:{tmp_path}/socket")
    own = re.sub(r"^ *ssl_certificate.*\n", "", own, flags=re.MULTILINE)
    paths = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in TEMPORARY)
    top = f"pid {tmp_path}/pid; error_log stderr; events {{}}"
    text = f"{top} http {{ access_log off; {paths} {own} }}"
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    answer = subprocess.run(
        [str(NGINX), "-t", "-q", "-e", "stderr", "-c", tmp_path / "nginx.conf"],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr


def test_a_shell_reads_the_variables_as_systemd_does(tmp_path):
    url = "postgresql://pptbot:p%40 a&b#c@127.0.0.1/pptbot?a=b&c=d"
    content = re.sub("(?<=DATABASE_URL=').*(?=')", lambda _: url, read("pptbot.env"))
    path = tmp_path / "pptbot.env"
    path.write_text(content, encoding="utf-8")
    lines = [line.partition("=") for line in content.splitlines() if line and line[0] != "#"]
    assert {name for name, _, _ in lines} <= VARIABLES
    assert all(re.fullmatch(r"'[^']*'", value) for _, _, value in lines)
    script = f"set -a; . {path}; env -0"
    out = subprocess.run(["sh", "-c", script], capture_output=True, check=True, text=True).stdout
    given = dict(pair.split("=", 1) for pair in out.split("\0") if pair)
    assert {name: given[name] for name, _, _ in lines} == {n: v[1:-1] for n, _, v in lines}


def test_cron_uses_the_environment_file_of_the_unit():
    unit = read_unit()["Service"]
    lines = [line for line in read("pptbot.cron").splitlines() if re.match(r"[\d*]", line)]
    assert len(lines) == 4
    for line in lines:
        *times, user, command = line.split(None, 6)[:7]
        assert len(times) == 5
        assert user == unit["User"]
        assert f". {unit['EnvironmentFile']};" in command
        assert f"cd {unit['WorkingDirectory']} && bin/" in command
        assert "%" not in command  # cron would end the line there
        shlex.split(command)


def test_no_cron_job_and_no_image_migrates():
    assert "bin/migrate" not in read("pptbot.cron") + read("Dockerfile")
