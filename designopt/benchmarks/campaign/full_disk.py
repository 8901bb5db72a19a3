"""A small disk that fills up, or can only be read: of its own for one child, where Linux lets us mount one.

A child leaves the mounts of all others (unshare) and mounts a tmpfs: a full one says ENOSPC, a read-only one EROFS, to
anybody, the superuser too. Where that is not allowed, these two disasters are left out, with no tries in the result.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

NEW_MOUNTS, NEW_USERS = 0x00020000, 0x10000000  # linux/sched.h: CLONE_NEWNS, CLONE_NEWUSER
PRIVATE, RECURSIVE, READ_ONLY, REMOUNT = 1 << 18, 1 << 14, 1, 32  # linux/mount.h


class NoMount(OSError):
    """This machine lets us mount nothing."""


def own_mounts() -> None:
    """Let this process mount what no other sees. Raises NoMount where it may not."""
    library = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if library.unshare(NEW_MOUNTS | (0 if user == 0 else NEW_USERS)):
        raise NoMount(ctypes.get_errno(), "unshare")
    if user:
        with suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if library.mount(b"none", b"/", None, PRIVATE | RECURSIVE, None):
        raise NoMount(ctypes.get_errno(), "mount")


def mount(folder: Path, size: int, flags: int = 0) -> None:
    """Mount a disk of `size` bytes at a folder, or with REMOUNT change the one that is there. Raises NoMount."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(b"tmpfs", str(folder).encode(), b"tmpfs", flags, f"size={size}".encode()):
        raise NoMount(ctypes.get_errno(), "mount")


def may_mount() -> bool:
    """Whether a child of this process may mount a disk of its own."""
    child = os.fork()
    if not child:
        try:
            own_mounts()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def used(folder: Path) -> int:
    """Bytes that are taken on the disk of a folder."""
    disk = os.statvfs(folder)
    return (disk.f_blocks - disk.f_bfree) * disk.f_frsize
