"""A client that costs next to nothing, because it shares its machine with what it measures.

Requests are bytes made ahead; of an answer only status and length are read. With a general
client, a request costs more time than Bolt takes to answer it, and less of that is left for Bolt.
"""

import asyncio
import re
from typing import Final, cast

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class HttpConnection(asyncio.Protocol):
    """One connection that stays open; carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the way to the server."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Read until an answer is whole."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _read_length(head) and self._answer:
            self._received = b""
            self._answer.set_result(int(head[9:12]))
            self._answer = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits for an answer that none will come."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed by the server"))
        self._transport = None

    async def send(self, request: bytes) -> int:
        """Send *request*; return the status of the answer. Raises OSError, TimeoutError."""
        if self._transport is None:
            raise ConnectionResetError("not connected")
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._transport.write(request)
        return await answer

    @property
    def is_open(self) -> bool:
        """Tell whether the server has not hung up, as it does where nothing is asked for long."""
        return self._transport is not None

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


def _read_length(head: bytes) -> int:
    match = _LENGTH.search(head)
    return int(match[1]) if match else 0


class HttpConnections:
    """As many connections to a port of this machine as are in use at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[HttpConnection] = []
        self._all: list[HttpConnection] = []

    async def send(self, request: bytes) -> int:
        """Send *request* on a line that is free; return the status of the answer."""
        self._free = [line for line in self._free if line.is_open]
        line = self._free.pop() if self._free else await self._open_another()
        status = await line.send(request)
        self._free.append(line)
        return status

    def close(self) -> None:
        """Hang up everywhere."""
        for line in self._all:
            line.close()

    async def _open_another(self) -> HttpConnection:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(HttpConnection, "127.0.0.1", self._port)
        self._all.append(line)
        return line
