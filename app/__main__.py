"""Entry point of every command in bin/; turns expected failures into one line on stderr."""

import signal

_interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if __name__ == "__main__" and _interruptible:  # no traceback while the rest is being imported
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
import errno
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

from app import CommandError, make_printable
from app.cli import usage
from app.cli.commands import COMMANDS, Command, load_starter
from app.store.server.signals import find_exit_status

# The formats that psycopg and our code expect, whatever the role, database or shell has set.
_LIBPQ: Final = {"PGDATESTYLE": "ISO", "PGCLIENTENCODING": "UTF8"}

# The reader or the stream is gone, or the disk, a quota or the process's limit is exhausted.
_UNWRITABLE: Final = (errno.EPIPE, errno.EBADF, errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(words: Sequence[str]) -> int:
    """Run the command line *words*, the command's name first; return the exit status."""
    if not words or words[0] not in COMMANDS:
        print(f"usage: python -m app {{{','.join(COMMANDS)}}} …", file=sys.stderr)
        return 2
    os.environ |= _LIBPQ
    try:
        return _run_and_flush(COMMANDS[words[0]], words[1:])
    except (KeyboardInterrupt, asyncio.CancelledError):
        return find_exit_status()
    except CommandError as error:
        problems = str(error).splitlines()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        problems = [f"cannot write the output: {os.strerror(error.errno).lower()}"]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or flushing the rest at exit fails too
    for problem in problems:
        print(f"bin/{words[0]}: {make_printable(problem)}", file=sys.stderr)
    return 1


def _run_and_flush(command: Command, arguments: Sequence[str]) -> int:
    """Run *command* and flush its output; raise OSError if that can't be written, even --help."""
    try:
        options = getattr(usage, command.reader)(arguments)
        start = load_starter(command)
        if not command.database:
            return start(options)
        from app.cli import session  # noqa: PLC0415 (only for commands that use it)

        config, migrated = session.read_config(), command.database == "migrated"
        return session.run_on_database(
            command.name, options, config, partial(start, options), migrated=migrated
        )
    finally:
        print(end="", flush=True)


if __name__ == "__main__":
    if _interruptible:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
