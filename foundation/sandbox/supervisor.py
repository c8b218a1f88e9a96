"""Runs one command inside a sandbox, as its first process: `python -I -S supervisor.py SPEC REPORT`.

SPEC is a descriptor with what to run as JSON, REPORT one that the outcome is written to: a line of JSON, then the artifacts one
after another. It copies the tree, runs the command without any right, kills what that has left and only then looks for
artifacts. It is started by its path, with the standard library and nothing else.
"""

import base64
import contextlib
import ctypes
import errno
import json
import os
import resource
import signal
import stat
import struct
import sys
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

BOX, TREE = Path("/box"), Path("/tree")
_WRITABLE = ("work", "tmp", "home", "shm")
# https://man7.org/linux/man-pages/man2/prctl.2.html
_SET_DUMPABLE, _DROP_FROM_BOUNDING, _SET_NO_NEW_PRIVILEGES = 4, 24, 38
_LAST_CAPABILITY, _CAPABILITY_VERSION = 63, 0x20080522
_MOST_TREE_ENTRIES = 200_000
_DEFAULT_AGAIN = (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ)
_BLOCK_BYTES = 1 << 20


def main(arguments: list[str]) -> None:
    """Run what SPEC says, and report."""
    spec_descriptor, report_descriptor = map(int, arguments)
    os.set_inheritable(report_descriptor, False)
    # It ends by killing all that it can: only in a process namespace of its own is that the job alone.
    if os.getpid() != 1:
        raise SystemExit("not the first process of a process namespace")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What has the same uid may neither trace it nor open what it has open.
    _control(_SET_DUMPABLE, 0)
    with os.fdopen(spec_descriptor, "rb") as file:
        spec: dict[str, Any] = json.load(file)
    with os.fdopen(report_descriptor, "wb") as report:
        report.write(b"ready\n")
        report.flush()
        try:
            left_out_count = _prepare(spec)
        except OSError as error:
            said = {"not_started": f"its files cannot be copied: {error.filename}: {error.strerror}"}
            report.write(json.dumps(said).encode() + b"\n")
            return
        outcome = _run(spec)
        found = [_artifact(name, most_bytes) for name, most_bytes in spec["artifacts"]]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome |= {
            "left_out_count": left_out_count,
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "artifacts": [each if isinstance(each, str) else each[1] for each in found],
        }
        report.write(json.dumps(outcome).encode() + b"\n")
        for each in found:
            if not isinstance(each, str):
                _send(*each, report.write)


def _prepare(spec: dict[str, Any]) -> int:
    """Make the directories, and copy tree and inputs; how much of the tree is no file, directory or link."""
    uid: int | None = spec["uid"]
    for name in _WRITABLE:
        (BOX / name).mkdir(mode=0o700)
    for name, text in (("etc", spec["etc"]), ("input", spec["inputs"])):
        for inside, content in text.items():
            file = BOX / name / inside
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(base64.b64decode(content))
    left_out_count = _copy_tree(uid) if TREE.is_dir() else 0
    for name in _WRITABLE:
        _own(BOX / name, uid)
    return left_out_count


def _copy_tree(uid: int | None) -> int:
    left_out_count = entry_count = 0
    waiting = [(TREE, BOX / "work")]
    directories: list[Path] = []
    while waiting:
        source, target = waiting.pop()
        directories.append(target)
        with os.scandir(source) as listed:
            entries = list(islice(listed, _MOST_TREE_ENTRIES + 1))
        for entry in entries:
            entry_count += 1
            if entry_count > _MOST_TREE_ENTRIES:
                raise OSError(errno.EFBIG, f"more than {_MOST_TREE_ENTRIES} files", str(TREE))
            to = target / entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                to.mkdir()
                waiting.append((Path(entry.path), to))
            elif stat.S_ISREG(mode):
                _copy_file(entry.path, to)
            elif stat.S_ISLNK(mode):
                to.symlink_to(os.readlink(entry.path))  # noqa: PTH115 - what the link says, as it says it
            else:
                left_out_count += 1
                continue
            if not stat.S_ISLNK(mode):
                to.chmod(stat.S_IMODE(mode) & 0o777 | (0o700 if stat.S_ISDIR(mode) else 0o600))
            if not stat.S_ISDIR(mode):
                _own(to, uid)
    # What is another's by then, it could not write to any more.
    for each in directories:
        _own(each, uid)
    return left_out_count


def _copy_file(source: str, to: Path) -> None:
    """Not by shutil: to import it takes as long as to start."""
    reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    writing = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        while os.sendfile(writing, reading, None, _BLOCK_BYTES):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(to)) from error
    finally:
        os.close(reading)
        os.close(writing)


def _own(path: Path, uid: int | None) -> None:
    if uid is not None:
        os.chown(path, uid, uid, follow_symlinks=False)


def _run(spec: dict[str, Any]) -> dict[str, Any]:
    """Run the command to its end, and end all that it has left."""
    failing, failed = os.pipe()
    child = os.fork()
    if not child:
        _become(spec, failed)
    os.close(failed)
    while True:
        pid, code = os.wait()
        if pid == child:
            break
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    with os.fdopen(failing, "rb") as file:
        why = file.read(4096).decode(errors="replace")
    if why:
        return {"not_started": why}
    if os.WIFSIGNALED(code):
        return {"signal": os.WTERMSIG(code)}
    return {"status": os.waitstatus_to_exitcode(code)}


def _become(spec: dict[str, Any], failed: int) -> NoReturn:
    """Give up every right, and become the command; what goes wrong is said through a pipe that closes with success."""
    why = "cannot give up its rights"
    try:
        os.setsid()
        for number in _DEFAULT_AGAIN:
            signal.signal(number, signal.SIG_DFL)
        # Where memory runs out, the command goes before its supervisor.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
        _close_all_but({failed})
        os.chdir(BOX / "work")
        for name, bounds in spec["rlimits"].items():
            resource.setrlimit(getattr(resource, name), tuple(bounds))
        uid: int | None = spec["uid"]
        if uid is not None:
            for capability in range(_LAST_CAPABILITY + 1):
                _control(_DROP_FROM_BOUNDING, capability)
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        # What a change of uid leaves: those that a program's file could give back.
        ctypes.CDLL(None).capset(struct.pack("Ii", _CAPABILITY_VERSION, 0), bytes(24))
        # Both walls have done so already, in a way that no process takes back.
        _control(_SET_NO_NEW_PRIVILEGES, 1)
        why = "cannot be executed"
        os.execvpe(spec["command"][0], spec["command"], spec["environment"])  # noqa: S606 - without a shell
    except OSError as error:
        why = f"{why}: {error.strerror}"
    finally:
        # A command that has begun never comes here.
        os.write(failed, f"{spec['command'][0][:1000]}: {why}".encode())
        os._exit(127)


def _artifact(name: str, most_bytes: int) -> str | tuple[int, int]:
    """A file of the work directory, open, and its size; or why it is not to be had. No part of its path may be a link."""
    at = os.open(BOX / "work", os.O_RDONLY | os.O_DIRECTORY)
    *parts, last = name.split("/")
    try:
        for part in (*parts, None):
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | (0 if part is None else os.O_DIRECTORY)
            inner = os.open(last if part is None else part, flags, dir_fd=at)
            os.close(at)
            at = inner
        there = os.fstat(at)
    except FileNotFoundError:
        os.close(at)
        return "missing"
    except OSError:
        os.close(at)
        return "not a regular file"
    if stat.S_ISREG(there.st_mode) and there.st_size <= most_bytes:
        return at, there.st_size
    os.close(at)
    return "too large" if stat.S_ISREG(there.st_mode) else "not a regular file"


def _send(descriptor: int, size_bytes: int, write: Any) -> None:
    """Nothing else runs any more, so the file is as long as it was."""
    with os.fdopen(descriptor, "rb") as file:
        while size_bytes and (block := file.read(min(_BLOCK_BYTES, size_bytes))):
            write(block)
            size_bytes -= len(block)


def _close_all_but(spared: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, not paths
        if int(name) > 2 and int(name) not in spared:
            with contextlib.suppress(OSError):
                os.close(int(name))


def _control(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
