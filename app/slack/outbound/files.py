"""Shares a file in Slack: announced, uploaded, and then put where it belongs."""

from dataclasses import dataclass
from typing import IO, Final

import aiohttp

from app.slack.client import SlackClient

PATIENCE: Final = 120.0
"""Seconds that the upload of a file may take."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a file is called, and where it goes with which words."""

    name: str
    title: str
    channel: str = ""
    """Empty where the file is not shared yet, so that only the app can see it."""
    comment: str = ""
    alt_text: str = ""
    """What a picture shows, for those who do not see it."""
    thread: str | None = None


async def share(client: SlackClient, file: IO[bytes], sharing: Sharing) -> str:
    """Upload *file* from its beginning and share it; return its id.

    Raises one of FAILURES if Slack refuses.
    """
    length = file.seek(0, 2)
    file.seek(0)
    announced = await client.files_getUploadURLExternal(
        filename=sharing.name, length=length, alt_txt=sharing.alt_text or None
    )
    await _upload(client, str(announced.get("upload_url")), file)
    await client.files_completeUploadExternal(
        files=[{"id": announced.get("file_id"), "title": sharing.title}],
        channel_id=sharing.channel or None,
        initial_comment=sharing.comment or None,
        thread_ts=sharing.thread,
    )
    return str(announced.get("file_id"))


async def _upload(client: SlackClient, url: str, file: IO[bytes]) -> None:
    timeout = aiohttp.ClientTimeout(total=PATIENCE, connect=5)
    session = client.session or aiohttp.ClientSession()
    async with session.post(url, data=file, timeout=timeout) as response:
        response.raise_for_status()
