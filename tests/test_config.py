"""Where a value comes from: the environment, files that it names, `.env`, files that this names."""

import pytest

from app import config
from app.config import ConfigError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with three secrets in it, and nothing in the environment."""
    for name in config.Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    for name in ("one", "two", "three"):
        (tmp_path / name).write_text(f"xoxb-{name}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def token() -> str:
    secret = config.read().slack_bot_token
    return secret.get_secret_value() if secret else ""


def test_a_file_may_be_named_in_dotenv(folder):
    (folder / ".env").write_text("SLACK_BOT_TOKEN_FILE=one\n")
    assert token() == "xoxb-one"


def test_the_nearer_place_goes_before_the_farther(folder, monkeypatch):
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
    ("text", "told"),
    [
        ("SLACK_BOT_TOKEN_FILE=nowhere", "SLACK_BOT_TOKEN_FILE cannot be read: no such file"),
        ("SLACK_BOT_TOKEN_FILE=one\nSLACK_BOT_TOKEN=xoxb-2", "are both set: keep one"),
    ],
)
def test_what_is_wrong_with_a_file_of_dotenv_is_told(folder, text, told):
    (folder / ".env").write_text(f"{text}\n")
    with pytest.raises(ConfigError, match=told):
        config.read()
