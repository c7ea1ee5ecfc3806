"""Fuzzes the endpoint with signed payloads Slack wouldn't send: no failure, no invented vote."""

import asyncio
import copy
import io
import json
import random
import re
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from app.devtools.fake_slack import events
from tests.examples import scaled
from tests.tables import each
from tests.talk import SIGNING_SECRET

CORPUS = sorted((Path(__file__).parent / "fuzz_corpus").glob("*.json"))
SEED, BATCHES, BATCH = "pptbot", 4, scaled(1500)
EXPECTED = {200, 400, 401, 413}
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ID = re.compile(r"[A-Z0-9]+")
HEARD = (None, "thread_broadcast", "file_share", "me_message")

_DEEP = "[" * 400 + "]" * 400
_LONG_ID = "U" + "".join(
    random.Random(SEED).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=9000)
)
JUNK = (
    None, True, False, 0, -1, 1, 1.5, 1e308, 10**40, 10**4000, 1763660000.0001,
    "", " ", "\x00", "U\x00", "\ud800", "\udfff<@U0BOB00002>++", "\u202e++\u2066", "\ufeff",
    "U٣٤٥", "1763660000.٠٠٠١٠٠", "９９９.１", "²", "9" * 30 + ".1", "99999999999.999999999",
    "0.0", "-1.5", "1e9", "1763660000", "nan", "Infinity", "u0bob00002", "U0BOB00002\n",
    "U0BOB00002", "C0GENERAL1", "USLACKBOT", "T0PLAYGRND", _LONG_ID, f"<@{_LONG_ID}>++",
    f"<!subteam^S{_LONG_ID}> ++", "<!subteam^S0GONE0001>++", "x" * 50_000,
    "<@U0BOB00002>++ " * 3000,
    [], {}, [[]], [None], [{}], ["U0BOB00002"], {"id": "U0BOB00002"}, {"id": ["U1"]}, {"ts": 5},
    {"ts": "1763660000.000100"}, {"user": "U0BOB00002", "ts": "1763669999.000100"},
    json.loads(_DEEP), "message", "app_mention", "message_changed", "message_deleted",
    "bot_message", "thread_broadcast", "me_message", "tombstone", "channel_topic", "user_change",
    "subteam_updated", "event_callback", "block_actions", "url_verification", "/leaderboard",
    "<@U0BOB00002>++", "<@U0BOB00002>== ", "<@U0PPTBOT> help", "postgres++ for \x00 \ud83d",
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "user", "user_id": _LONG_ID}, {"type": "text", "text": "++"}]}]}],
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "usergroup", "usergroup_id": _LONG_ID}, {"type": "text", "text": "++"}]}]}],
)  # fmt: skip
KEYS = (
    "type", "subtype", "user", "channel", "ts", "text", "blocks", "bot_id", "message", "edited",
    "event", "team_id", "authorizations", "thread_ts", "parent_user_id", "root", "deleted_ts",
    "previous_message", "hidden", "command", "payload", "challenge", "user_id", "actions",
    "enterprise", "channel_type", "is_enterprise_install", "view", "\x00", "",
)  # fmt: skip
BYTES = (b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"}", b"[", b"\\", b"\\u", b"&")


def build_payload(talk, rng, n):
    """Return a valid payload with a timestamp of its own, and its content type."""
    workspace = talk.slack.workspace
    typed = rng.choice(("@bob++", "@bob+++ for the fun\npostgres--", "@eng++", '"a b"++', "hello"))
    post = talk.write(typed)
    at = f"{1763660000 + n}.{n:06d}"
    later = f"{1763680000 + n}.000200"
    edited = talk.slack.workspace.amend(post, post.text + " @carol++", [])
    object.__setattr__(post, "ts", at)
    object.__setattr__(edited, "ts", at)
    member = workspace.find_member("ann")
    person = {"id": member.id, "team_id": workspace.team_id}
    match rng.randrange(14):
        case 0 | 1 | 2 | 3:
            payload = events.build_posted_event(workspace, post)
        case 4 | 5:
            payload = events.build_changed_event(
                workspace, before=post, after=edited, event_ts=later
            )
        case 6:
            payload = events.build_deleted_event(workspace, post=post, event_ts=later)
        case 7:
            payload = events.build_mention_event(workspace, post)
        case 8:
            payload = events.build_user_change_event(workspace, member=member, event_ts=later)
        case 9:
            event = {"type": "subteam_updated", "subteam": {"id": "S0ENG00001", "users": []}}
            payload = events.build_posted_event(workspace, post) | {"event": event}
        case 10:
            where = {"user": member.id, "channel": "C0GENERAL1", "command": "/leaderboard"}
            return events.build_slash_command(workspace, **where, text="10"), FORM
        case 11:
            payload = {"type": "block_actions", "user": person, "team": {"id": workspace.team_id}}
            payload |= {"api_app_id": "A1", "container": {"type": "message", "message_ts": at}}
            payload |= {"channel": {"id": "C0GENERAL1"}, "response_url": "", "trigger_id": "1.2"}
            payload |= {"actions": [{"type": "button", "action_id": "a", "block_id": "b"}]}
            return payload, FORM
        case 12:
            payload = {"type": "url_verification", "challenge": "abc", "token": "x"}
        case _:
            payload = {"type": "app_rate_limited", "team_id": workspace.team_id}
    return payload, JSON


def mutate(payload, rng):
    """Return a copy of *payload* with one to four things wrong."""
    payload = json.loads(json.dumps(payload))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 4))):
        holders = [holder for holder in _holders(payload) if holder]
        if not holders:
            break
        holder = rng.choice(holders)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = rng.choice(keys)
        _spoil(holder, key, rng, holders)
    return payload


def _spoil(holder, key, rng, holders):
    match rng.randrange(8):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[rng.choice(KEYS)] = holder.pop(key)
        case 2 if isinstance(holder, dict):
            holder[rng.choice(KEYS)] = _junk(rng)
        case 3:
            holder[key] = [holder[key]]
        case 4:
            holder[key] = {rng.choice(KEYS): holder[key]}
        case 5:
            other = rng.choice(holders)
            values = list(other.values()) if isinstance(other, dict) else other
            holder[key] = json.loads(json.dumps(rng.choice(values)))
        case _:
            holder[key] = _junk(rng)


def _junk(rng):
    """Return a copy of some junk, because later steps may modify it."""
    return copy.deepcopy(rng.choice(JUNK))


def _holders(value):
    children = value.values() if isinstance(value, dict) else value
    found = [value]
    for child in children:
        if isinstance(child, dict | list) and len(found) < 400:
            found += _holders(child)
    return found


def encode(payload, kind, rng):
    """Return the bytes of *payload*, now and then corrupted."""
    if kind == FORM:
        fields = payload if "command" in payload else {"payload": json.dumps(payload)}
        body = urlencode({k: str(v).encode(errors="replace") for k, v in fields.items()}).encode()
    else:
        text = json.dumps(payload, ensure_ascii=rng.random() < 0.8)
        if rng.random() < 0.1 and text.startswith("{"):
            text = f'{{"event": {json.dumps(rng.choice(JUNK))}, {text[1:]}'
        if rng.random() < 0.1 and text.endswith("}"):
            text = f'{text[:-1]}, "{rng.choice(KEYS[:13])}": {json.dumps(rng.choice(JUNK))}}}'
        body = text.encode(errors="surrogatepass")
    at = rng.randrange(len(body) + 1)
    match rng.randrange(16):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + rng.choice(BYTES) + body[at:]
        case 2:
            return body[:at] + bytes([rng.randrange(256)]) + body[at + 1 :]
        case _:
            return body


def headers_for(kind, rng):
    if rng.random() < 0.8:
        return {"Content-Type": kind}
    odd = (
        "text/plain",
        FORM,
        JSON,
        "application/json; charset=klingon",
        "multipart/form-data",
        "x",
    )
    return {"Content-Type": rng.choice(odd), "X-Slack-Retry-Num": rng.choice(("1", "x", "-1"))}


def may_vote(body):
    """Return (channel, ts, user) of the message in *body* if its votes may count, else None."""
    try:
        text = body.decode()
        payload = json.loads(text) if text.lstrip().startswith("{") else dict(parse_qsl(text))
        event = payload["event"]
        if payload["type"] != "event_callback" or event["type"] not in ("message", "app_mention"):
            return None
        message = event["message"] if event.get("subtype") == "message_changed" else event
        if message.get("bot_id") or message.get("subtype") not in HEARD:
            return None
        key = (event["channel"], message["ts"], message["user"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return key if all(isinstance(part, str) for part in key) else None


async def _post(talk, body, headers):
    signed = events.sign_request(SIGNING_SECRET, body, time.time())
    async with talk.session.post(
        f"{talk.address}/slack/events", data=io.BytesIO(body), headers=headers | signed
    ) as got:
        await got.read()
        return got.status


async def _check_ledger(talk, allowed):
    rows = await talk.rows(
        "SELECT channel_id, message_ts, voter_id, team_id, target_id FROM vote_history"
    )
    for channel, ts, voter, team, target in rows:
        assert (channel, ts, voter) in allowed
        people = (channel, voter, team, *(() if target.startswith("thing:") else (target,)))
        assert [name for name in people if not ID.fullmatch(name)] == []
    return len(rows)


def _list_errors(log_lines):
    lines = map(json.loads, log_lines.read_text(encoding="utf-8").splitlines())
    return [li for li in lines if li["level"] in ("error", "critical") or "Traceback" in str(li)]


@pytest.mark.parametrize("batch", range(BATCHES))
async def test_mutated_payloads_cause_no_failure_and_no_invented_vote(talk, log_lines, batch):
    rng = random.Random(f"{SEED}-{batch}")
    bodies = []
    for n in range(BATCH):
        payload, kind = build_payload(talk, rng, batch * BATCH + n)
        bodies.append((encode(mutate(payload, rng), kind, rng), headers_for(kind, rng)))
    gate = asyncio.Semaphore(6)

    async def send(body, headers):
        async with gate:
            return await _post(talk, body, headers)

    answers = await asyncio.gather(*(send(*sent) for sent in bodies))
    failed = [
        (status, body[:2000], headers)
        for status, (body, headers) in zip(answers, bodies, strict=True)
        if status not in EXPECTED
    ]
    assert failed == []
    assert _list_errors(log_lines) == []
    allowed = {key for body, _ in bodies if (key := may_vote(body))}
    assert await _check_ledger(talk, allowed) > BATCH // 20
    assert set(answers) >= {200, 400}


@each("path", CORPUS)
async def test_corpus_payloads_no_longer_break_endpoint(talk, log_lines, path):
    sample = json.loads(path.read_text(encoding="utf-8"))
    body = sample["body"].encode()
    status = await _post(talk, body, {"Content-Type": JSON} | sample["headers"])
    assert status in EXPECTED
    assert _list_errors(log_lines) == []
    assert await _check_ledger(talk, set()) == 0


async def test_message_naming_too_many_groups_is_refused_without_slack_call(talk):
    groups = " ".join(f"<!subteam^S{n}>++" for n in range(26))
    payload = events.build_posted_event(talk.slack.workspace, talk.write("hello"))
    payload["event"] |= {"text": groups, "blocks": []}
    await talk.deliver(payload)
    await talk.running.sender.wait_idle()
    assert talk.slack.list_calls("usergroups.users.list") == []
    assert len(talk.heard(to="ann")) == 1
