"""`bin/setup`: ownership of the environment, installation by uv or pip, and progress."""

import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from app.cli.setup import __main__ as setup
from app.cli.setup import environment as environments
from app.cli.setup import steps
from app.cli.setup.environment import Environment, find_missing, translate_settings
from app.cli.setup.steps import Screen, SetupError
from tests.process import ROOT

# Fakes Python, pip and uv: logs its command line.
STAND_IN = """#!/bin/sh
echo "$0 $*" >> "{log}"
{script}
exit 0
"""
FETCHES_UV = """
while [ "$1" ]; do [ "$1" = --target ] && target=$2; shift; done
[ "$target" ] || exit 0
mkdir -p "$target/bin" && cp "{uv}" "$target/bin/uv"
"""
NO_INDEX = (
    'case "$*" in *--target*) echo "ERROR: no such index https://me:secret@host/"; exit 1 ;; esac'
)

LISTED = """\
:env:.default-timeout='180'
global.cert='/etc/authorities.pem'
global.extra-index-url='https://three/simple\\nhttps://four/simple'
global.find-links='/wheels /more'
global.index-url='https://one/simple'
global.no-color='true'
install.index-url='https://two/simple'
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.touch()
    return path


@pytest.fixture
def stand_in(log):
    def make_stand_in(path: Path, script: str = "") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STAND_IN.format(log=log, script=script))
        path.chmod(0o755)
        return path

    return make_stand_in


@pytest.fixture
def env(tmp_path: Path) -> Environment:
    return Environment(tmp_path / ".venv")


def make(env: Environment, needs: str = "run") -> None:
    setup.make(env, needs, "stamp", Screen(), compiled=False)


def test_this_python_has_all_packages():
    assert find_missing("run") == []
    assert find_missing("dev") == []


def _find_none(name):
    raise PackageNotFoundError(name)


@pytest.mark.parametrize("find", [_find_none, lambda _: "0.0.1"])
def test_a_package_that_is_missing_or_in_another_version_is_listed(monkeypatch, find):
    monkeypatch.setattr(environments.metadata, "version", find)
    assert {"psycopg-pool", "prometheus-client", "slack-bolt"} <= set(find_missing("run"))
    assert "pytest" not in find_missing("run")
    assert "pytest" in find_missing("dev")


def test_a_foreign_environment_with_the_packages_is_used(env, stand_in, log):
    stand_in(env.python)
    make(env)
    assert "install" not in log.read_text()
    assert env.python.exists()
    assert (env.folder / "pptbot-ready").read_text() == "run stamp\n"
    assert not (env.folder / "pptbot-made").exists()


def test_a_foreign_environment_is_completed(env, stand_in, log, tmp_path):
    (tmp_path / "uv").write_text(STAND_IN.format(log=log, script=""))
    (tmp_path / "uv").chmod(0o755)
    fetches = FETCHES_UV.format(uv=tmp_path / "uv")
    stand_in(env.python, f'case "$*" in *"check run"*) exit 1 ;; esac\n{fetches}')
    (env.folder / "theirs").touch()
    make(env)
    installed = [line for line in log.read_text().splitlines() if "--requirement" in line]
    assert re.search(rf"/uv pip install --python {env.python} --requirement .*/requirements.txt$",
                     installed[0])  # fmt: skip
    assert len(installed) == 1
    assert (env.folder / "theirs").exists()


def test_a_broken_foreign_environment_is_left_alone(env):
    (env.folder / "bin").mkdir(parents=True)
    with pytest.raises(SetupError, match="wasn't created by bin/setup"):
        make(env)
    assert (env.folder / "bin").is_dir()


def test_our_environment_is_recreated_if_moved_or_incomplete(env, stand_in, monkeypatch):
    other = stand_in(env.folder.parent / "python")
    monkeypatch.setattr(setup.sys, "executable", str(other))
    for marker in ("/elsewhere/.venv\n", f"{env.folder}\n"):
        env.begin()
        (env.folder / "pptbot-made").write_text(marker)
        (env.folder / "half").touch()
        make(env)
        assert not (env.folder / "half").exists()
        assert (env.folder / "pptbot-made").read_text() == f"{env.folder}\n"


def test_without_uv_pip_installs_and_a_line_says_so(env, stand_in, log, monkeypatch, capsys):
    other = stand_in(env.folder.parent / "python", NO_INDEX)
    monkeypatch.setattr(setup.sys, "executable", str(other))
    make(env, "dev")
    errors = capsys.readouterr().err
    assert "uv cannot be used here (ERROR: no such index https://…@host/)" in errors
    assert "installing with pip" in errors
    assert "secret" not in errors
    last = log.read_text().splitlines()[-1]
    assert f"pip --disable-pip-version-check --no-input --python {env.python} install" in last
    assert last.endswith("requirements-dev.txt pip")
    assert (env.folder / "pptbot-ready").read_text() == "run stamp\ndev stamp\n"


def test_if_pip_fails_too_its_reason_is_reported(env, stand_in, monkeypatch):
    offline = 'case "$*" in *" install "*) echo "ERROR: offline"; exit 1 ;; esac'
    monkeypatch.setattr(setup.sys, "executable", str(stand_in(env.folder.parent / "p", offline)))
    with pytest.raises(SetupError, match=r"the packages cannot be installed \(ERROR: offline\)"):
        make(env)


def test_without_pip_it_comes_from_ensurepip_or_a_line_says_how_to_get_it(
    env, stand_in, log, monkeypatch
):
    without = 'case "$*" in *"check run"* | *"pip "*--version) exit 1 ;; esac'
    monkeypatch.setattr(setup.sys, "executable", str(stand_in(env.folder.parent / "p", without)))
    with pytest.raises(SetupError, match=r"/p has no pip; on Debian: apt-get install python3-venv"):
        make(env)
    stand_in(env.python, without)
    make(env)
    assert f"{env.python} -m ensurepip\n" in log.read_text()
    assert log.read_text().splitlines()[-1].startswith(f"{env.python} -m pip ")


def test_the_exit_status_is_that_of_the_task(env, stand_in, monkeypatch, capsys):
    monkeypatch.setattr(setup, "ROOT", env.folder.parent)
    (env.folder / "bin").mkdir(parents=True)
    assert setup.main(["make", "run", "stamp"]) == 1
    assert capsys.readouterr().err.startswith(f"bin/setup: {env.folder} wasn't created by")
    stand_in(env.python)
    assert setup.main(["make", "run", "stamp"]) == 0
    assert (env.folder / "pptbot-ready").exists()
    assert setup.main(["check", "run"]) == 0


def test_settings_of_pip_are_passed_to_uv():
    variables = translate_settings(LISTED, {"UV_HTTP_TIMEOUT": "7", "HOME": "/me"})
    assert variables == {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_DEFAULT_INDEX": "https://two/simple",
        "UV_INDEX": "https://three/simple https://four/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/etc/authorities.pem",
        "UV_HTTP_TIMEOUT": "7",
        "HOME": "/me",
    }


def test_a_long_step_is_never_silent(monkeypatch, capsys):
    screen = Screen()
    screen.begin("installing")
    for seconds in range(1, 46):
        screen.tick(seconds)
    assert capsys.readouterr().err.splitlines() == [
        "Setting up: installing ...",
        "Setting up: still installing (15 s)",
        "Setting up: still installing (30 s)",
        "Setting up: still installing (45 s)",
    ]
    monkeypatch.setattr(steps.sys.stderr, "isatty", lambda: True)
    screen = Screen()
    screen.begin("installing")
    screen.tick(1)
    assert capsys.readouterr().err == (
        "\r\033[KSetting up: installing ... 0 s\r\033[KSetting up: installing ... 1 s"
    )


@pytest.mark.parametrize(("script", "option"), [("setup", "--dev"), ("lint", "--fix")])
def test_a_surplus_argument_is_wrong_usage(script, option):
    ended = subprocess.run([ROOT / "bin" / script, option, "x"], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr == f"usage: bin/{script} [{option}]\n".encode()


def test_a_read_only_checkout_is_reported_with_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(setup, "ROOT", Path("/sys"))
    assert setup.main(["make", "run", "stamp"]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert errors[-1].startswith("bin/setup: /sys cannot be written to")


def test_no_lock_file_repeats_the_versions():
    assert not (ROOT / "uv.lock").exists()
    assert os.access(ROOT / "bin/setup", os.X_OK)
