"""The language of dialogue tests: who said what in Slack, and what was heard from the app."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from app.ops.local_slack import events
from app.ops.local_slack.composer import compose
from app.ops.local_slack.delivery import Answer, Delivery
from app.ops.local_slack.server import LocalSlack
from app.ops.local_slack.values import Post
from app.server import Running

SIGNING_SECRET = "a secret between two ends of a test"


@dataclass
class Talk:
    """A conversation with the app in a workspace."""

    slack: LocalSlack
    running: Running
    session: aiohttp.ClientSession
    channel: str = "general"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.running.port}"

    @property
    def delivery(self) -> Delivery:
        return Delivery(f"{self.address}/slack/events", SIGNING_SECRET, self.session)

    def write(
        self, typed: str, by: str = "ann", *, channel: str = "", thread: Post | None = None
    ) -> Post:
        """Let a member write a message as Slack's client would, without delivering it."""
        workspace = self.slack.workspace
        text, blocks = compose(typed, workspace)
        return workspace.add(
            Post(
                channel=workspace.channel_called(channel or self.channel).id,
                ts=workspace.next_ts(),
                text=text,
                blocks=blocks,
                user=workspace.member_called(by).id,
                thread_ts=thread.ts if thread else None,
            )
        )

    async def said(self, typed: str, by: str = "ann", **where: Any) -> Post:
        """Let a member say something; the app has answered 200 and said all it wants to say."""
        post = self.write(typed, by, **where)
        answer = await self.deliver(events.posted_event(self.slack.workspace, post))
        assert answer.status == 200, answer
        await self.running.sender.settled()
        return post

    async def deliver(self, payload: dict[str, Any]) -> Answer:
        return await self.delivery.deliver(payload)

    async def command(self, text: str = "", by: str = "ann", command: str = "/leaderboard") -> Any:
        """Let a member use a slash command; return the JSON that the app answers."""
        workspace = self.slack.workspace
        fields = events.slash_command(
            workspace,
            user=workspace.member_called(by).id,
            channel=workspace.channel_called(self.channel).id,
            command=command,
            text=text,
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields).encode()
        signature = events.signed(SIGNING_SECRET, body, time.time())
        async with self.session.post(
            f"{self.address}/slack/events", data=body, headers=headers | signature
        ) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    def heard(self, to: str | None = None, *, channel: str = "") -> list[str]:
        """Return what the app has said, in order: to everyone, or to one member alone."""
        workspace = self.slack.workspace
        only_for = workspace.member_called(to).id if to else None
        where = workspace.channel_called(channel or self.channel).id
        posts = self.slack.posts_in(where)
        return [post.text for post in posts if post.ephemeral_to == only_for]

    async def rows(self, query: str, *parameters: Any) -> list[Any]:
        """Return what the database holds."""

        async def read(conn: Any) -> list[Any]:
            return await (await conn.execute(query, parameters)).fetchall()

        return await self.running.database.run(read)

    async def scores(self, board: str = "users") -> dict[str, int]:
        """Return the scores on *board* by target."""
        query = "SELECT target_id, score FROM leaderboard WHERE board = %s"
        return dict(await self.rows(query, board))
