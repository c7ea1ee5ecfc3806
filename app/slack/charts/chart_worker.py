"""The process that draws: it reads charts from its standard input until that ends.

It ends with the server, however that ends, since nobody else writes to it.
"""

import logging
import os
import sys
from typing import Final

from app.core.boards.chart_series import decode_chart

LENGTH: Final = 4
"""Bytes before each chart and each picture that tell how long it is."""


def main() -> None:
    """Draw one chart after the other."""
    os.nice(10)  # who votes comes first
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from app.slack.charts.drawing import draw  # noqa: PLC0415 (or it tells where its cache is)

    while head := sys.stdin.buffer.read(LENGTH):
        content = sys.stdin.buffer.read(int.from_bytes(head, "big"))
        picture = draw(decode_chart(content))
        try:
            sys.stdout.buffer.write(len(picture).to_bytes(LENGTH, "big") + picture)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the server is gone
            os._exit(0)


if __name__ == "__main__":
    main()
