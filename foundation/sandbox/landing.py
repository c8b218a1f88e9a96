"""First steps in new namespaces, where bubblewrap is missing: `python -I -S landing.py VIEW FILTER COMMAND…`.

VIEW is a descriptor with what is to be seen, as JSON; FILTER one with a filter of system calls. It makes a root of read-only
binds and one tmpfs, leaves the old root, closes the writing of all else by Landlock, and becomes the command. It is started by
its path, with the standard library and nothing else. Numbers are those of the kernel's interface for x86-64 and ARM64.
"""

import ctypes
import fcntl
import json
import os
import socket
import stat
import struct
import sys
from pathlib import Path
from typing import Any, NoReturn

# Something that is there on every Linux, to mount the new root on; what lies in it has been opened before.
_NEW_ROOT = "/proc"
# https://github.com/torvalds/linux/blob/master/include/uapi/linux/mount.h
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC = 2, 4, 8, 4096, 16384
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _ATTR_NOEXEC = 1, 2, 4, 8
_AT_FDCWD, _AT_RECURSIVE, _DETACH = -100, 0x8000, 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 442, 444, 445, 446
# https://docs.kernel.org/userspace-api/landlock.html: rights on files by the version of its interface that has them first.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_SCOPES_SINCE, _SCOPES = 6, 0b11
_RUN_AND_READ = (1 << 0) | (1 << 2) | (1 << 3)
_OF_A_DEVICE = (1 << 1) | (1 << 2)
_SET_SECCOMP, _SET_NO_NEW_PRIVILEGES, _DROP_FROM_BOUNDING, _AMBIENT, _CLEAR_ALL = 22, 38, 24, 47, 4
_FILTER_MODE = 2
# https://github.com/torvalds/linux/blob/master/include/uapi/linux/capability.h
_CAPABILITIES = {"CHOWN": 0, "DAC_READ_SEARCH": 2, "KILL": 5, "SETGID": 6, "SETUID": 7, "SETPCAP": 8}
_LAST_CAPABILITY, _CAPABILITY_VERSION = 63, 0x20080522
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def main(arguments: list[str]) -> NoReturn:
    """Make the walls, and become the command. What cannot be made ends it: there is no half of a sandbox."""
    view_descriptor, filter_descriptor = map(int, arguments[:2])
    command = arguments[2:]
    # It mounts over what is there: in the namespaces of all, that would be everybody's.
    if os.getpid() != 1:
        raise SystemExit("not the first process of a process namespace")
    with os.fdopen(view_descriptor, "rb") as file:
        view: dict[str, Any] = json.load(file)
    with os.fdopen(filter_descriptor, "rb") as file:
        program = file.read()
    _loopback()
    _make_root(view)
    _give_up_capabilities({_CAPABILITIES[each] for each in view["capabilities"]})
    _control(_SET_NO_NEW_PRIVILEGES, 1)
    _landlock(writable="/box", devices=view["devices"])
    _filter(program)
    os.execve(command[0], command, {})  # noqa: S606 - without a shell


def _make_root(view: dict[str, Any]) -> None:
    opened = [(os.open(source, os.O_PATH | os.O_CLOEXEC), source, at) for source, at in view["binds"]]
    devices = [(os.open(each, os.O_PATH | os.O_CLOEXEC), each, each) for each in view["devices"]]
    # The way to what is open: the new root hides the old /proc.
    descriptors = os.open("/proc/self/fd", os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)
    _mount("tmpfs", _NEW_ROOT, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=0755")
    root = Path(_NEW_ROOT)
    (root / "box").mkdir()
    _mount("tmpfs", str(root / "box"), "tmpfs", _NOSUID | _NODEV, f"size={view['box_bytes']},mode=0755")
    for here, attributes in (
        (opened, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV),
        (devices, _ATTR_NOSUID | _ATTR_NOEXEC),
    ):
        for descriptor, source, at in here:
            target = root / at.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                target.mkdir(exist_ok=True)
            else:
                target.touch()
            os.fchdir(descriptors)
            _mount(str(descriptor), str(target), None, _BIND | _REC, None, about=source)
            _set_attributes(str(target), attributes, flags=_AT_RECURSIVE)
    for says, at in view["links"]:
        link = root / at.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(says)
    (root / "proc").mkdir()
    _mount("proc", str(root / "proc"), "proc", _NOSUID | _NODEV | _NOEXEC, None)
    os.chdir(root)
    _call(_PIVOT_ROOT[os.uname().machine], b".", b".", about="pivot_root")
    _checked(_libc().umount2(b".", _DETACH), "the old root")
    os.chdir("/")
    _set_attributes("/", _ATTR_RDONLY, flags=0)


def _landlock(*, writable: str, devices: list[str]) -> None:
    """Nothing can be written but in one directory and to the devices, whatever the mounts say."""
    version = _call(_LANDLOCK_CREATE, None, 0, 1, about="Landlock")
    every = sum(rights for since, rights in _FILE_RIGHTS.items() if since <= version)
    # The second number would bound TCP, which reaches nothing but the job itself in its network namespace.
    attributes = struct.pack("QQ", every, 0) if version >= 4 else struct.pack("Q", every)
    if version >= _SCOPES_SINCE:
        attributes = struct.pack("QQQ", every, 0, _SCOPES)
    rules = _call(_LANDLOCK_CREATE, attributes, len(attributes), 0, about="Landlock")
    rights = {"/": _RUN_AND_READ, writable: every, **dict.fromkeys(devices, _OF_A_DEVICE)}
    for path, allowed in rights.items():
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        _call(_LANDLOCK_ADD, rules, 1, struct.pack("=Qi", allowed, descriptor), 0, about=path)
        os.close(descriptor)
    _call(_LANDLOCK_RESTRICT, rules, 0, about="Landlock")
    os.close(rules)


def _give_up_capabilities(kept: set[int]) -> None:
    for number in range(_LAST_CAPABILITY + 1):
        if number not in kept:
            # One that the kernel has not is refused, and so not had.
            _libc().prctl(_DROP_FROM_BOUNDING, number, 0, 0, 0)
    _control(_AMBIENT, _CLEAR_ALL)
    words = [sum(1 << number % 32 for number in kept if number // 32 == word) for word in (0, 1)]
    data = struct.pack("6I", *(number for word in words for number in (word, word, 0)))
    _checked(_libc().capset(struct.pack("Ii", _CAPABILITY_VERSION, 0), data), "capabilities")


def _filter(program: bytes) -> None:
    class Filter(ctypes.Structure):
        _fields_ = [("count", ctypes.c_ushort), ("program", ctypes.c_char_p)]

    instruction_bytes = 8
    made = Filter(len(program) // instruction_bytes, program)
    done = _libc().prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(made), 0, 0)
    _checked(done, "the filter of system calls")


def _loopback() -> None:
    """A network namespace begins with its loopback down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        _name, flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _GET_FLAGS, request))
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def _mount(source: str, at: str, kind: str | None, flags: int, data: str | None, *, about: str | None = None) -> None:
    texts = [None if each is None else each.encode() for each in (source, at, kind, data)]
    _checked(_libc().mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]), about or at)


def _set_attributes(path: str, attributes: int, *, flags: int) -> None:
    asked = struct.pack("QQQQ", attributes, 0, 0, 0)
    _call(_MOUNT_SETATTR, _AT_FDCWD, path.encode(), flags, asked, len(asked), about=path)


def _control(option: int, value: int) -> None:
    _checked(_libc().prctl(option, value, 0, 0, 0), f"prctl {option}")


def _call(number: int, *arguments: Any, about: str) -> int:
    typed = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _checked(_libc().syscall(ctypes.c_long(number), *typed), about)


def _checked(result: int, about: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), about)
    return result


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    main(sys.argv[1:])
