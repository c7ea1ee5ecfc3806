"""Chooses the account that runs the embedded PostgreSQL, which refuses to run as root."""

import ctypes
import os
import pwd
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

_NOBODY: Final = "nobody"
# From <linux/prctl.h>, <linux/securebits.h> and <linux/capability.h>.
_SET_BITS: Final = 28
_NO_SETUID_FIXUP: Final = 4
_AMBIENT: Final = 47
_RAISE: Final = 2
_VERSION_3: Final = 0x20080522
_DAC_OVERRIDE: Final = 1
_SETPCAP: Final = 8


class AccountError(Exception):
    """There is no account that could run PostgreSQL; the message says why and what to do."""


def choose_account(folder: Path) -> pwd.struct_passwd | None:
    """Return the account to run as for the data in *folder*, or None for the current user.

    For root that is the owner of the data, or at first `nobody`: no user is created. Raises
    AccountError if this machine doesn't have it.
    """
    if os.geteuid() != 0:
        return None
    owner = folder.stat().st_uid
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam(_NOBODY)
    except KeyError:
        who = f"user {owner}, who owns {folder}" if owner else f"user {_NOBODY}"
        raise AccountError(
            f"PostgreSQL does not run as root, and this machine has no {who}:"
            " start pptbot as an ordinary user, or set DATABASE_URL"
        ) from None


def change_owner(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make *account*, if there is one, the owner of *folder*."""
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def prepare_switch(account: pwd.struct_passwd, paths: Iterable[Path]) -> Callable[[], None]:
    """Return a function that turns a child process into *account*, which must reach *paths*.

    No folder's permissions are widened for that. If one on the way is closed, the child keeps
    root's privilege to pass it. Raises AccountError if that's impossible.
    """
    closed = next((c for path in paths if (c := _find_closed(path, account))), None)
    if closed and not _may_pass():
        raise AccountError(
            f"PostgreSQL does not run as root, and {account.pw_name} may not access {closed}:"
            " start pptbot as an ordinary user, move it elsewhere, or set DATABASE_URL"
        )
    libc = ctypes.CDLL(None, use_errno=True) if closed else None

    def switch() -> None:
        if libc:
            # Otherwise access(), by which initdb finds its programs, would ignore the privilege.
            _check(libc.prctl(_SET_BITS, _NO_SETUID_FIXUP, 0, 0, 0))
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        if libc:
            _keep_passing(libc)

    return switch


def _find_closed(path: Path, account: pwd.struct_passwd) -> Path | None:
    """Return the first part of *path*, from the root, that *account* may not enter, or None."""
    for step in (*reversed(path.parents), path):
        found = step.stat()
        bit = stat.S_IXOTH
        if found.st_uid == account.pw_uid:
            bit = stat.S_IXUSR
        elif found.st_gid == account.pw_gid:
            bit = stat.S_IXGRP
        if not found.st_mode & bit:
            return step
    return None


def _may_pass() -> bool:
    """Return whether this process may pass closed folders, and may hand that privilege on."""
    if sys.platform != "linux":
        return False
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    permitted = next(line.split()[1] for line in lines if line.startswith("CapPrm:"))
    return all(int(permitted, 16) >> bit & 1 for bit in (_DAC_OVERRIDE, _SETPCAP))


def _keep_passing(libc: Any) -> None:
    """Keep the privilege to pass closed folders, in this process and across exec."""
    mask = 1 << _DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _check(libc.capset(header, sets))
    _check(libc.prctl(_AMBIENT, _RAISE, _DAC_OVERRIDE, 0, 0))


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
