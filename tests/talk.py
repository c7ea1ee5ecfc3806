"""The language of dialogue tests: who said what in Slack, and what the app said."""

import asyncio
import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import aiohttp

from app.core.timings import GreetingTimings, Timings
from app.devtools.fake_slack import events, interactions, modals, steps
from app.devtools.fake_slack.arguments import MethodError
from app.devtools.fake_slack.blocks import check_view
from app.devtools.fake_slack.composer import compose
from app.devtools.fake_slack.delivery import Answer, Delivery
from app.devtools.fake_slack.fields import (
    add_block_ids,
    build_state,
    list_elements,
    read_initial,
)
from app.devtools.fake_slack.responses import respond
from app.devtools.fake_slack.server import LocalSlack
from app.devtools.fake_slack.values import File, Post
from app.server import Running
from app.store.database import Limits
from tests.patience import PATIENCE

SIGNING_SECRET = "a secret between two ends of a test"
PATIENT = Timings(
    database=PATIENCE, event=PATIENCE, page=PATIENCE, lookup=PATIENCE, answer=PATIENCE,
    form=PATIENCE, start=PATIENCE, body=PATIENCE, work=PATIENCE, preview=PATIENCE,
    call=PATIENCE, picture=PATIENCE,
    posts=0, poll=0, posts_apart=0, charts=(0, 0, 0),
    waiting_poll=0.05, retries=(0.01, 0.1), home_poll=0.05,
    timers=60 * PATIENCE, members=60 * PATIENCE, channels=60 * PATIENCE,
    greetings=GreetingTimings(gather=0),
    long_boards=60 * PATIENCE,
)  # fmt: skip
"""Timings of an app that waits out a busy machine, and never pauses between posts.

Periodic work doesn't run during a test, however long that is.
"""
PATIENT_LIMITS = Limits(patience=PATIENCE, statement=PATIENCE, lock=PATIENCE)
"""A pool that waits just as long for connections, locks and statements."""

View = dict[str, Any]

_DECIDE = """
INSERT INTO settings (team_id, channel_id, name, value, changed_by)
SELECT %s, %s, s.name, s.value::jsonb, 'U0ANN00001'
FROM unnest(%s::text[], %s::text[]) AS s (name, value)
ON CONFLICT (team_id, channel_id, name) DO UPDATE SET value = EXCLUDED.value
"""
_CLAIMED = "SELECT FROM outbox WHERE done_at IS NULL AND claimed_until IS NOT NULL"
_LET_ALL_BE_DUE = "UPDATE outbox SET due_at = now() WHERE done_at IS NULL RETURNING 1"


def slack_variables(slack: LocalSlack) -> dict[str, str]:
    """Return the variables that connect a command to the stand-in *slack*."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
    }


@dataclass
class Talk:
    """A conversation with the app in a workspace."""

    slack: LocalSlack
    running: Running
    session: aiohttp.ClientSession
    channel: str = "general"

    @contextlib.contextmanager
    def hurried(self, **seconds: float) -> Iterator[None]:
        """Shorten the named timeouts to *seconds* inside the context."""
        client, database = self.running.context.client, self.running.database
        before = client.timings, database.limits
        client.timings = replace(client.timings, **seconds)
        database.limits = replace(
            database.limits, patience=client.timings.database, page=client.timings.page
        )
        try:
            yield
        finally:
            client.timings, database.limits = before

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.running.port}"

    @property
    def delivery(self) -> Delivery:
        return Delivery(
            f"{self.address}/slack/events", SIGNING_SECRET, self.session, patience=PATIENCE
        )

    def id_of(self, name: str) -> str:
        """Return the id of the member, or else of the channel, with that name."""
        workspace = self.slack.workspace
        found = workspace.find_member(name) or workspace.find_channel(name)
        assert found, f"nobody and no channel is called {name}"
        return found.id

    def write(
        self, typed: str, by: str = "ann", *, channel: str = "", thread: Post | None = None
    ) -> Post:
        """Write a member's message as Slack's client would, without delivering it."""
        workspace = self.slack.workspace
        text, blocks = compose(typed, workspace)
        return workspace.add(
            Post(
                channel=workspace.find_channel(channel or self.channel).id,
                ts=workspace.next_ts(),
                text=text,
                blocks=blocks,
                user=workspace.find_member(by).id,
                thread_ts=thread.ts if thread else None,
            )
        )

    async def said(self, typed: str, by: str = "ann", **where: Any) -> Post:
        """Post a member's message; return once the app has acknowledged it and finished posting."""
        post = self.write(typed, by, **where)
        await self.told(events.build_posted_event(self.slack.workspace, post))
        return post

    def edit(
        self, post: Post, typed: str, *, by_person: bool = True
    ) -> tuple[dict[str, Any], Post]:
        """Return the event for an edit of *post*, and the edited message."""
        workspace = self.slack.workspace
        text, blocks = compose(typed, workspace)
        after = replace(post, text=text, blocks=blocks, edited=by_person)
        at = workspace.next_ts()
        return events.build_changed_event(workspace, before=post, after=after, event_ts=at), after

    def deletion(self, post: Post) -> dict[str, Any]:
        """Return the event for a deletion of *post*."""
        workspace = self.slack.workspace
        return events.build_deleted_event(workspace, post=post, event_ts=workspace.next_ts())

    async def edited(self, post: Post, typed: str) -> Post:
        """Edit *post* as a member, like `said`; return the edited message."""
        payload, after = self.edit(post, typed)
        await self.told(payload)
        return after

    async def deleted(self, post: Post) -> None:
        """Delete *post* as a member, like `said`."""
        await self.told(self.deletion(post))

    async def told(self, payload: dict[str, Any]) -> None:
        """Deliver an event; return once the app has acknowledged it and finished posting."""
        answer = await self.deliver(payload)
        assert answer.status == 200, answer
        await self.settled()

    async def deliver(self, payload: dict[str, Any]) -> Answer:
        return await self.delivery.deliver(payload)

    async def deliver_interaction(self, payload: dict[str, Any]) -> Answer:
        """Deliver an interaction's payload unchanged, made by hand or by the builders."""
        return await self.delivery.deliver_interaction(payload)

    async def command(
        self, text: str = "", by: str = "ann", command: str = "/leaderboard", channel: str = ""
    ) -> Any:
        """Use a slash command as a member; return the app's response as JSON.

        Slack shows the response to the member, so `heard(to=by)` ends with it; the test fails if
        Slack would reject it. Returns the immediate response if there is one, else the last one
        through a response_url.
        """
        workspace, before = self.slack.workspace, len(self.updates())
        user, where = self.id_of(by), workspace.find_channel(channel or self.channel).id
        fields = events.build_slash_command(
            workspace, user=user, channel=where, command=command, text=text
        )
        answer = self._answered(await self.delivery.deliver_command(fields))
        if answer:
            self._shown(answer, user, where)
        await self.settled()
        return answer or next(iter(self.updates()[before:][-1:]), {})

    def _shown(self, answer: dict[str, Any], user: str, channel: str) -> None:
        try:
            respond(self.slack.workspace, channel, user, answer)
        except MethodError as refusal:
            reason = f"{refusal.error} {' '.join(refusal.messages)}"
            raise AssertionError(f"Slack would reject the app's response: {reason}") from None

    def clear_slack(self) -> None:
        """Clear messages, views and recorded calls, and heal Slack; everything else stays."""
        workspace = self.slack.workspace
        for post in workspace.posts:
            workspace.remove(post)
        workspace.modals.clear()
        workspace.homes.clear()
        self.slack.calls.clear()
        self.slack.heal()

    async def gained(self, before: dict[str, int]) -> dict[str, int]:
        """Return the differences between people's scores and *before*, without unchanged ones."""
        now = await self.scores()
        return {who: now[who] - before.get(who, 0) for who in now if now[who] != before.get(who)}

    async def unanswered(self, typed: str) -> Post:
        """Post *typed* while Slack takes no posts, until it has refused the replies."""
        self.slack.fail("chat.postMessage", status=429, retry_after=600, times=None)
        post = self.write(typed)
        answer = await self.deliver(events.build_posted_event(self.slack.workspace, post))
        assert answer.status == 200, answer
        await self.running.context.newcomers.wait_idle()
        await self.slack.wait_until(lambda: self.slack.list_calls("chat.postMessage"))
        await self._until_unclaimed()
        return post

    async def resumed(self) -> None:
        """Let Slack accept posts again now, and wait until all are made."""
        await self._until_unclaimed()
        self.slack.heal()
        for sender, _ in self.running.sender._workspaces.values():
            sender._delivery.retries._until.clear()
        await self.rows(_LET_ALL_BE_DUE)
        self.running.sender.wake(self.slack.workspace.team_id)
        await self.settled()

    async def _until_unclaimed(self) -> None:
        """Wait until no post is in flight: it would be made whatever happens to its vote."""
        async with asyncio.timeout(PATIENCE):
            while await self.rows(_CLAIMED):  # noqa: ASYNC110 (a claim sets no event)
                await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until the app has nothing more to post, or raise TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            await self.running.context.newcomers.wait_idle()
            await self.running.sender.wait_idle()

    def set_clock(self, at: datetime) -> None:
        """Set the time at which members write from now on."""
        self.slack.workspace.clock = at.timestamp

    async def run_timers(self, at: datetime) -> int:
        """Run the timers due at *at*; return how many there were."""
        count = await self.running.context.scheduler.run_due(at)
        self.running.sender.wake()
        await self.settled()
        return count

    @staticmethod
    def _answered(answer: Answer) -> Any:
        assert answer.status == 200, answer
        return json.loads(answer.body) if answer.body else {}

    async def click(
        self, where: Any, action_id: str, by: str = "ann", value: Any = None, **forged: Any
    ) -> Any:
        """Press a button as a member, or choose *value* in a menu; return the immediate response.

        *where* is a post, a response to a command or through a response_url, or a view. Of several
        elements with *action_id* the one whose value is *value* is pressed; otherwise *value*
        replaces the element's own. *forged* overrides fields of the payload.
        """
        payload = self.press(where, action_id, by, value) | forged
        answer = self._answered(await self.deliver_interaction(payload))
        await self.settled()
        return answer

    def press(
        self, where: Any, action_id: str, by: str = "ann", value: Any = None
    ) -> dict[str, Any]:
        """Return the payload that `click` would deliver."""
        workspace, user = self.slack.workspace, self.id_of(by)
        if isinstance(where, dict) and where.get("type") in {"modal", "home"}:
            pressed = _element(where["blocks"], action_id, value)
            return interactions.build_view_press(workspace, where, pressed, user=user, value=value)
        post = where if isinstance(where, Post) else self._post_of(where, user)
        pressed = _element(add_block_ids(post.blocks), action_id, value)
        return interactions.build_message_press(workspace, post, pressed, user=user, value=value)

    def _post_of(self, content: dict[str, Any], user: str) -> Post:
        """Return the post that shows *content* now, or one that is no longer visible."""
        workspace, blocks = self.slack.workspace, content.get("blocks") or []
        shown = [post for post in workspace.posts if post.blocks == blocks]
        if shown:
            return max(shown, key=lambda post: (post.ephemeral_to == user, post.ts))
        where, ts = workspace.find_channel(self.channel).id, workspace.next_ts()
        text, bot = content.get("text", ""), workspace.bot_user_id
        return Post(where, ts, text, bot, blocks, ephemeral_to=user)

    def updates(self) -> list[dict[str, Any]]:
        """Return what the app sent to response_urls, in order, including what Slack rejected."""
        return [call.args for call in self.slack.list_calls("response_url")]

    def view(self, by: str = "ann") -> View | None:
        """Return a member's top modal, or None."""
        stack = self.slack.workspace.modals.get(self.id_of(by))
        return stack[-1] if stack else None

    async def submit(self, view: View, by: str = "ann", **values: Any) -> Any:
        """Fill in and submit a modal as a member; return the app's response as JSON.

        *values* are by action_id: a text, an option's value or text, the name of a member or
        channel, or a list of those; None empties a field. The response is applied to the member's
        modals.
        """
        user = self.id_of(by)
        _check_filled(view, values)
        state = build_state(view["blocks"], values, self.slack.workspace)
        payload = interactions.build_submission(self.slack.workspace, view, user=user, state=state)
        answer = self._answered(await self.deliver_interaction(payload))
        modals.apply_submission(self.slack.workspace, user, view, answer)
        await self.settled()
        return answer

    async def close(self, view: View, by: str = "ann") -> None:
        """Close a modal as a member, and notify the app if it asked for that."""
        workspace, user = self.slack.workspace, self.id_of(by)
        modals.close(workspace, user)
        if view.get("notify_on_close"):
            payload = interactions.build_closing(workspace, view, user=user)
            self._answered(await self.deliver_interaction(payload))

    async def open_home(self, by: str = "ann") -> View | None:
        """Open the App Home as a member; return its view."""
        await self.told(events.build_home_opened_event(self.slack.workspace, user=self.id_of(by)))
        return self.home(by)

    def home(self, by: str = "ann") -> View | None:
        """Return a member's App Home, None if nothing was published yet."""
        return self.slack.workspace.homes.get(self.id_of(by))

    async def shortcut(self, callback_id: str, by: str = "ann", *, on: Post | None = None) -> None:
        """Use a shortcut as a member: that of the message *on*, or a global one."""
        workspace, user = self.slack.workspace, self.id_of(by)
        if on:
            payload = interactions.build_message_shortcut(
                workspace, callback_id, user=user, post=on
            )
        else:
            payload = interactions.build_global_shortcut(workspace, callback_id, user=user)
        self._answered(await self.deliver_interaction(payload))
        await self.settled()

    async def react(self, post: Post, emoji: str, by: str = "ann") -> None:
        """React to a message as a member."""
        workspace, user = self.slack.workspace, self.id_of(by)
        workspace.react(post, emoji, user)
        await self.told(events.build_reaction_event(workspace, post=post, emoji=emoji, user=user))

    async def unreact(self, post: Post, emoji: str, by: str = "ann") -> None:
        """Remove a member's reaction."""
        workspace, user = self.slack.workspace, self.id_of(by)
        workspace.unreact(post, emoji, user)
        event = events.build_reaction_event(
            workspace, post=post, emoji=emoji, user=user, added=False
        )
        await self.told(event)

    async def step(self, callback_id: str, **inputs: Any) -> dict[str, Any]:
        """Run a workflow step of the app; return the outcome that the app reported."""
        payload = steps.build_run_event(self.slack.workspace, callback_id, inputs)
        await self.told(payload)
        return self.slack.workspace.runs[payload["event"]["function_execution_id"]]

    def heard(self, to: str | None = None, *, channel: str = "") -> list[str]:
        """Return the app's posts in order: those to everyone, or to one member alone."""
        workspace = self.slack.workspace
        only_for = workspace.find_member(to).id if to else None
        where = workspace.find_channel(channel or self.channel).id
        posts = self.slack.list_posts(where)
        return [post.text for post in posts if post.ephemeral_to == only_for]

    def direct(self, to: str = "ann") -> list[str]:
        """Return the app's direct messages to a member, in order."""
        where = self.slack.workspace.open_direct(self.id_of(to)).id
        return [post.text for post in self.slack.list_posts(where)]

    def files(self, where: str = "") -> list[File]:
        """Return the files that the app shared in a channel, or with a member directly."""
        found = self.id_of(where or self.channel)
        if found in self.slack.workspace.members:
            found = self.slack.workspace.open_direct(found).id
        return [file for post in self.slack.list_posts(found) for file in post.files]

    async def decide(self, *, channel: str = "", **settings: Any) -> None:
        """Store and apply *settings* for the workspace, or for *channel* (an id)."""
        team, decided = self.slack.workspace.team_id, list(settings)
        values = [json.dumps(settings[name]) for name in decided]

        async def store(conn: Any) -> None:
            await conn.execute(_DECIDE, (team, channel, decided, values))

        await self.running.database.run(store)
        await self.running.context.rulebook.learn()

    async def rows(self, query: str, *parameters: Any) -> list[Any]:
        """Return the rows of *query*."""

        async def read(conn: Any) -> list[Any]:
            return await (await conn.execute(query, parameters)).fetchall()

        return await self.running.database.run(read)

    async def scores(self, board: str = "users") -> dict[str, int]:
        """Return the scores on *board* by target."""
        query = "SELECT target_id, score FROM leaderboard WHERE board = %s"
        return dict(await self.rows(query, board))


def _element(blocks: Iterable[dict[str, Any]], action_id: str, value: Any) -> Any:
    found = list(list_elements(blocks))
    named = [pair for pair in found if pair[1]["action_id"] == action_id]
    there = ", ".join(element["action_id"] for _, element in found) or "nothing"
    assert named, f"there is no {action_id} to press, only {there}"
    return next((pair for pair in named if value and pair[1].get("value") == value), named[0])


def _check_filled(view: View, values: dict[str, Any]) -> None:
    check_view(view)
    elements = list(list_elements(view["blocks"]))
    there = {element["action_id"] for _, element in elements}
    assert values.keys() <= there, f"no fields {sorted(values.keys() - there)}, only {there}"
    required = (e for b, e in elements if b["type"] == "input" and not b.get("optional"))
    left = [e["action_id"] for e in required if not read_initial(e)]
    assert values.keys() >= set(left), f"Slack sends no form without {left}"
