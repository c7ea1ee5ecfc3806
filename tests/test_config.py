"""Where values come from: the environment, the files it names, `.env`, and the files that names."""

import pytest

from app import config
from app.config import ConfigError
from app.core.person import derive_key
from app.server import make_limits
from app.wiring import make_rulebook


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The current folder, with three secret files; no variables are set in the environment."""
    for name in config.Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("one", "two", "three"):
        (tmp_path / name).write_text(f"xoxb-{name}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def token() -> str:
    secret = config.read().slack_bot_token
    return secret.get_secret_value() if secret else ""


def test_dotenv_can_name_a_file(folder):
    (folder / ".env").write_text("SLACK_BOT_TOKEN_FILE=one\n")
    assert token() == "xoxb-one"


def test_the_environment_overrides_dotenv(folder, monkeypatch):
    (folder / ".env").write_text("SLACK_BOT_TOKEN_FILE=one\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "two")
    assert token() == "xoxb-two"
    monkeypatch.delenv("SLACK_BOT_TOKEN_FILE")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-four")
    assert token() == "xoxb-four"
    (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-five\n")
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "three")
    assert token() == "xoxb-three"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SLACK_BOT_TOKEN_FILE=nowhere", "SLACK_BOT_TOKEN_FILE cannot be read: no such file"),
        ("SLACK_BOT_TOKEN_FILE=one\nSLACK_BOT_TOKEN=xoxb-2", "are both set: keep one"),
    ],
)
def test_problems_of_files_named_in_dotenv_are_reported(folder, text, expected):
    (folder / ".env").write_text(f"{text}\n")
    with pytest.raises(ConfigError, match=expected):
        config.read()


def list_problems(**variables: str) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with pytest.raises(ConfigError) as refused:
            config.read(slack=True)
    return refused.value.problems


@pytest.fixture
def credentials(monkeypatch):
    """Set the variables required for Slack."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "secret")


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy"])
def test_a_proxy_without_a_scheme_is_refused(name):
    (line,) = list_problems(**{name: "proxy.example.com:3128"})
    assert line.startswith(f"{name} must be a URL that starts with https:// (or http://)")


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("url", ["", " ", "http://ann:p%40ss@proxy.example.com:3128"])
def test_other_proxies_are_taken(monkeypatch, url):
    monkeypatch.setenv("HTTPS_PROXY", url)
    assert config.read(slack=True)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_value_is_not_set(folder, monkeypatch, blank):
    lines = list_problems(SLACK_BOT_TOKEN=blank, SLACK_SIGNING_SECRET=blank)
    assert lines[0].startswith("SLACK_BOT_TOKEN is not set")
    assert lines[1].startswith("SLACK_SIGNING_SECRET is not set")
    (folder / ".env").write_text("HOST=karma.example\n")
    monkeypatch.setenv("HOST", blank)
    assert config.read(slack=True).host == "karma.example"


@pytest.mark.usefixtures("credentials")
def test_values_are_stripped(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", " xoxb-2\n")
    assert token() == "xoxb-2"


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-1\n-2", "no token has"),
        ("SLACK_BOT_TOKEN", "xoxb-1 # the bot", "no token has"),
        ("SLACK_APP_TOKEN", "xapp-…", "no token has"),
        ("SLACK_SIGNING_SECRET", '"0f1e2d3c"', "has quotation marks around it"),
        ("ADMIN_TOKEN", "'0f1e2d3c'", "has quotation marks around it"),
        ("SLACK_API_URL", "http://slack:99999/api/", "port"),
        ("SLACK_API_URL", "http://slack:port/api/", "port"),
        ("SLACK_API_URL", "http://:80/", "must be a URL"),
        ("SLACK_API_URL", "ftp://slack.example/api/", "must be a URL that starts with https://"),
        ("SLACK_API_URL", "http://slack/api/?a=b", "must not contain ? or #"),
        ("DATABASE_URL", "postgresql://u:p@db:port/votes", "a port that is not a number"),
        ("DATABASE_URL", "postgresql://u:p@one:5432,two:5x/votes", "a port that is not a number"),
        ("DATABASE_URL", "postgresql://db/votes?a=1", "understands (invalid URI query parameter)"),
        ("PUBLIC_URL", "karma.example", "must be a URL that starts with https://"),
        ("SLACK_API_URL", "https://slack..com/api/", "has no valid host"),
        ("SLACK_API_URL", f"https://{'x' * 64}/api/", "has no valid host"),
        ("PUBLIC_URL", "https://karma.example:port", "port"),
        ("DB_STATEMENT_TIMEOUT_MS", "2147483648", "less than or equal to 2147483647"),
        ("DB_CONNECTION_TIMEOUT_MS", "9" * 400, "DB_CONNECTION_TIMEOUT_MS"),
        ("DB_POOL_MAX_LIFETIME_MS", "9" * 400, "DB_POOL_MAX_LIFETIME_MS"),
        ("DAILY_ALLOWANCE", str(2**63), f"less than or equal to {2**63 - 1}"),
        ("SLACK_BOT_TOKEN_FILE", "nowhere", "are both set"),
    ],
)
def test_an_invalid_value_is_reported_in_one_line(name, value, expected):
    [line] = list_problems(**{name: value})
    assert line.startswith(name.removesuffix("_FILE"))
    assert expected in line
    assert "Value error" not in line  # pydantic's words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_POOL_IDLE_TIMEOUT_MS", 31_536_000_000),
        ("DB_POOL_MAX_LIFETIME_MS", 31_536_000_000),
        ("DB_SLOW_STATEMENT_MS", 9_999_999_999),
        ("DAILY_ALLOWANCE", 1_000_000),
    ],
)
def test_a_large_valid_value_is_accepted(monkeypatch, name, value):
    monkeypatch.setenv(name, str(value))
    assert getattr(config.read(), name.lower()) == value


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"])
@pytest.mark.usefixtures("credentials")
def test_a_missing_secret_file_is_reported_in_one_line(monkeypatch, name):
    monkeypatch.delenv(name)
    [line] = list_problems(**{f"{name}_FILE": "nowhere"})
    assert line == f"{name}_FILE cannot be read: no such file or directory"


@pytest.mark.parametrize("name", ["DATABASE_URL", "ADMIN_TOKEN", "SLACK_APP_TOKEN"])
@pytest.mark.usefixtures("credentials")
def test_an_empty_secret_file_is_reported(tmp_path, name):
    (tmp_path / "secret").write_text("\n")
    [line] = list_problems(**{f"{name}_FILE": str(tmp_path / "secret")})
    assert line == f"{name}_FILE cannot be read: the file is empty"


def test_a_byte_order_mark_in_a_secret_file_is_ignored(folder, monkeypatch):
    (folder / "marked").write_text("xoxb-marked\n", encoding="utf-8-sig")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "marked")
    assert config.read().slack_bot_token.get_secret_value() == "xoxb-marked"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe\0", ".env cannot be read: not text"),
        (b'PORT=80\nHOST="karma', "line 2 of .env is not NAME=VALUE"),
        (b"PORT: 80\nHOST=karma", "line 1 of .env is not NAME=VALUE"),
    ],
)
def test_problems_of_dotenv_are_reported_in_one_line(folder, content, expected):
    (folder / ".env").write_bytes(content)
    [line] = list_problems()
    assert line.startswith(expected)


def test_the_secret_key_is_that_of_every_workspace(monkeypatch):
    assert make_rulebook(config.read(), None).get_rules("T1").key == b""
    monkeypatch.setenv("SECRET_KEY", "a secret")
    assert make_rulebook(config.read(), None).get_rules("T1").key == derive_key("a secret")


def test_the_milliseconds_of_the_pool_become_seconds(monkeypatch):
    given = ("POOL_IDLE_TIMEOUT", "CONNECTION_TIMEOUT", "STATEMENT_TIMEOUT", "POOL_MAX_LIFETIME")
    for number, name in enumerate((*given, "SLOW_STATEMENT"), 1):
        monkeypatch.setenv(f"DB_{name}_MS", f"{number}500")
    limits = make_limits(config.read())
    timeouts = (limits.idle, limits.connect, limits.statement, limits.lifetime, limits.slow)
    assert timeouts == (1.5, 2.5, 3.5, 4.5, 5.5)
