"""The worker process that draws charts, read from its standard input until that ends.

It ends when the server does, even by a crash, because only the server holds the other end.
"""

import logging
import os
import sys
from typing import Final

from app.core.boards.chart_series import decode_chart

LENGTH: Final = 4
"""Bytes of the length prefix of each chart and each picture."""


def main() -> None:
    """Draw charts one after the other."""
    os.nice(10)  # serving votes has priority
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from app.slack.charts.drawing import draw  # noqa: PLC0415 (or it logs where its cache is)

    while prefix := sys.stdin.buffer.read(LENGTH):
        content = sys.stdin.buffer.read(int.from_bytes(prefix, "big"))
        picture = draw(decode_chart(content))
        try:
            sys.stdout.buffer.write(len(picture).to_bytes(LENGTH, "big") + picture)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the server is gone
            os._exit(0)


if __name__ == "__main__":
    main()
