"""Reads the environment once: declares every variable with its default and validation."""

import io
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from psycopg import ProgrammingError, conninfo
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from app import CommandError

MANUAL = "docs/operate/configure.md"

# PostgreSQL stores timeouts as 32-bit milliseconds and bigint as 64 bits.
_MAX_TIMEOUT_MS = 2**31 - 1
_MAX_BIGINT = 2**63 - 1


_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
"""The proxies that Slack's client looks for, in its order."""


class ConfigError(CommandError):
    """An invalid environment; *problems* has one line for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _require_prefix(*prefixes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if not token.startswith(prefixes):
            raise ValueError(f"must start with {prefixes[0]}")
        if not re.fullmatch("[!-~]*", token):  # an HTTP header can't carry it
            raise ValueError("has a space or another character no token has: copy it again")
        return value

    return AfterValidator(check)


def _refuse_quotes(value: SecretStr) -> SecretStr:
    if re.fullmatch(r"""(["']).*\1""", value.get_secret_value()):  # only `.env` drops them
        raise ValueError("has quotation marks around it: remove them")
    return value


_Secret = Annotated[SecretStr, AfterValidator(_refuse_quotes)]


def _check_libpq_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not url.startswith(("postgres://", "postgresql://")):
        raise ValueError("must be a URL that starts with postgresql://")
    if _ends_early(url):
        raise ValueError(
            "has unescaped characters: in a password, write @ as %40, / as %2F, : as %3A,"
            " ? as %3F, # as %23 and % as %25"
        )
    try:
        ports = str(conninfo.conninfo_to_dict(url).get("port", "")).split(",")
    except ProgrammingError as error:
        reason = str(error).partition("\n")[0].split('"')[0].strip(" :")
        raise ValueError(f"is not a URL that libpq understands ({reason})") from None
    if not all(re.fullmatch("[0-9]*", port) for port in ports):  # else it's a service name
        raise ValueError("has a port that is not a number")
    return value


def _ends_early(url: str) -> bool:
    """Return whether an unescaped character in *url*'s password makes libpq split it too early."""
    authority, _, path = url.partition("//")[2].partition("/")
    before, at, after = authority.partition("@")
    if "@" in path.partition("?")[0]:
        return True
    if at:
        return "@" in after or "?" in before
    # Without an @, what looks like host:port may be a user and the start of a password.
    ports = re.findall(r":([^,]*)", re.sub(r"\[.*?\]", "", before))
    return not all(re.fullmatch("[0-9]*", port) for port in ports)


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
        raise ValueError("must be a URL that starts with https:// (or http://)")
    if not _is_host(parts.hostname):
        raise ValueError("has no valid host between // and the next /")
    if not _has_usable_port(parts):
        raise ValueError("has a port that is not a number up to 65535")
    return value


def _check_base_url(value: str) -> str:
    parts = urlsplit(_check_url(value))
    if parts.query or parts.fragment:
        raise ValueError("must not contain ? or #, because method names are appended to it")
    return value if value.endswith("/") else value + "/"


def _is_host(name: str) -> bool:
    """Return whether *name* is a valid host name; connecting to any other, like `a..b`, raises."""
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


class Config(BaseSettings):
    """The validated configuration."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: Annotated[SecretStr, AfterValidator(_check_libpq_url)] | None = None
    slack_bot_token: Annotated[SecretStr, _require_prefix("xoxb-", "xoxe.xoxb-")] | None = None
    slack_signing_secret: _Secret | None = None
    slack_app_token: Annotated[SecretStr, _require_prefix("xapp-")] | None = None
    slack_sockets: int = Field(default=2, ge=1, le=10)
    slack_posts_at_once: int = Field(default=40, ge=1, le=500)
    slack_api_url: Annotated[str, AfterValidator(_check_base_url)] = "https://slack.com/api/"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    public_url: Annotated[str, AfterValidator(_check_url)] | None = None
    admin_token: _Secret | None = None
    secret_key: _Secret | None = None
    db_pool_min: int = Field(default=2, ge=0, le=1000)
    db_pool_max: int = Field(default=10, ge=1, le=1000)
    db_pool_idle_timeout_ms: int = Field(default=30_000, ge=1, le=_MAX_BIGINT)
    db_connection_timeout_ms: int = Field(default=2_000, ge=1, le=_MAX_TIMEOUT_MS)
    db_statement_timeout_ms: int = Field(default=5_000, ge=1, le=_MAX_TIMEOUT_MS)
    db_pool_max_lifetime_ms: int = Field(default=1_800_000, ge=1_000, le=_MAX_BIGINT)
    db_slow_statement_ms: int = Field(default=500, ge=0, le=_MAX_BIGINT)
    catch_up: Literal["on", "off"] = "off"
    daily_allowance: int | None = Field(default=None, ge=1, le=_MAX_BIGINT)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] | None = None

    @field_validator("catch_up", "log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (pydantic's, unused)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, the files it names, `.env`, then the files `.env` names."""
        for source in (env_settings, dotenv_settings):
            _strip_values(source)
        env_files = InitSettingsSource(settings_cls, _read_files(os.environ))
        dotenv_files = InitSettingsSource(settings_cls, _read_files(_read_dotenv()))
        return init_settings, env_settings, env_files, dotenv_settings, dotenv_files


def _strip_values(source: PydanticBaseSettingsSource) -> None:
    """Strip each value; treat a blank one as unset, like an empty one."""
    if isinstance(source, EnvSettingsSource):
        stripped = {name: (value or "").strip() for name, value in source.env_vars.items()}
        source.env_vars = {name: value for name, value in stripped.items() if value}


def _read_files(variables: Mapping[str, str | None]) -> dict[str, Any]:
    """Return each variable X that X_FILE names a file for: how container platforms pass secrets."""
    paths = {name: variables.get(f"{name.upper()}_FILE") for name in Config.model_fields}
    texts = {name: _read_file(path)[0].strip() for name, path in paths.items() if path}
    return {name: text for name, text in texts.items() if text}


def read(*, slack: bool = False) -> Config:
    """Return the configuration; with *slack*, require the variables needed to reach Slack.

    Raises ConfigError listing all problems at once, or only the bad lines of `.env` if it has any;
    no value is quoted.
    """
    if problems := _list_dotenv_problems():
        raise ConfigError(problems)  # the values of bad lines are unknown
    problems, bad = _list_file_problems(), {}
    try:
        config = Config()
    except ValidationError as error:
        bad = {str(problem["loc"][0]): None for problem in error.errors()}
        problems += _describe_errors(error)
        config = Config(**{name: Config.model_fields[name].default for name in bad})
    if config.db_pool_min > config.db_pool_max:
        problems.append("DB_POOL_MIN must not be more than DB_POOL_MAX")
    unread = {line.partition("_FILE")[0].lower() for line in problems if "_FILE cannot" in line}
    missing = _list_missing(config, {*bad, *unread}) if slack else []
    problems += _list_proxy_problems() if slack else []
    if problems or missing:
        raise ConfigError(sorted(problems) + missing)
    return config


def _list_proxy_problems() -> list[str]:
    name = next(filter(os.environ.get, _PROXIES), "")
    try:
        _check_url(os.environ.get(name, "").strip() or "http://none")
    except ValueError as error:
        return [f"{name} {error} (see {MANUAL})"]
    return []


def _list_missing(config: Config, bad: Collection[str]) -> list[str]:
    lines = []
    if config.slack_bot_token is None and "slack_bot_token" not in bad:
        lines.append("SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…)")
    modes = {"slack_signing_secret", "slack_app_token"}
    if not (config.slack_signing_secret or config.slack_app_token or modes & set(bad)):
        lines.append(
            "SLACK_SIGNING_SECRET is not set: copy it from the app's Basic Information"
            " (or set SLACK_APP_TOKEN for Socket Mode)"
        )
    hint = "To try pptbot without Slack, run bin/playground; README.md explains how to connect it."
    return [*lines, hint] if lines else []


def _read_dotenv() -> Mapping[str, str | None]:
    """Return the variables in `.env`, with upper-case names."""
    return {name.upper(): value for name, value in dotenv_values(".env").items()}


def _list_dotenv_problems() -> list[str]:
    """Return the problems of `.env`, if there is one: no bad line is silently skipped."""
    if not Path(".env").is_file():
        return []
    text, problem = _read_file(".env")
    if problem:
        return [f".env cannot be read: {problem}"]
    bad = [one.original for one in parse_stream(io.StringIO(text)) if one.error]
    return [f"line {each.line} of .env is not NAME=VALUE (see {MANUAL})" for each in bad]


def _list_file_problems() -> list[str]:
    """Return the problems of all X_FILE variables; the environment overrides `.env`."""
    problems = []
    dotenv = _read_dotenv()
    for name in (field.upper() for field in Config.model_fields):
        source = os.environ if os.environ.get(f"{name}_FILE") else dotenv
        path = source.get(f"{name}_FILE")
        if path and source.get(name):
            problems.append(f"{name} and {name}_FILE are both set: keep one of them")
        elif path and not os.environ.get(name) and (problem := _read_file(path)[1]):
            problems.append(f"{name}_FILE cannot be read: {problem}")
    return problems


def _read_file(path: str) -> tuple[str, str]:
    """Return the text of a file, and why it can't be used, or ""."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        return "", (error.strerror or "no such file").lower()
    except ValueError:
        return "", "not text"
    # A secret that isn't mounted yet looks like this; without it the app would behave differently.
    return text, "" if text.strip() else "the file is empty"


def _describe_errors(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]).upper()
        message = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
        lines.append(f"{name} {message.partition(', unable')[0]} (see {MANUAL})")
    return lines
