"""The system calls that a job is refused, as a program for the kernel (seccomp).

It is a list of what is denied: an allow-list breaks with every new libc. What is denied makes namespaces and mounts, looks into
other processes, loads code into the kernel, or is a large part of the kernel that tests do not need.
https://man7.org/linux/man-pages/man2/seccomp.2.html
"""

import errno
import os
from collections.abc import Iterable
from typing import Any

from foundation.errors import PlatformError

_DENIED = (
    "acct", "add_key", "bpf", "chroot", "clock_settime", "delete_module", "fanotify_init", "finit_module", "fsconfig", "fsmount",
    "fsopen", "fspick", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp",
    "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mount", "mount_setattr", "move_mount", "move_pages",
    "name_to_handle_at", "open_by_handle_at", "open_tree", "perf_event_open", "personality", "pidfd_getfd", "pivot_root",
    "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setdomainname",
    "sethostname", "setns", "settimeofday", "swapoff", "swapon", "syslog", "umount2", "unshare", "userfaultfd", "vhangup",
)  # fmt: skip
# CLONE_NEW*: https://man7.org/linux/man-pages/man2/clone.2.html
_NEW_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
# AF_UNIX, AF_INET, AF_INET6: with a network namespace of its own, they reach the job itself.
_FAMILIES = (1, 2, 10)
# Puts characters into a terminal as if somebody had typed them.
_TIOCSTI = 0x5412


class NoFilterError(PlatformError):
    """There is no way here to make a filter of system calls, for this reason."""


def filter_program() -> bytes:
    """The filter as BPF, for `bwrap --seccomp` and PR_SET_SECCOMP. Raises NoFilterError where libseccomp is missing."""
    try:
        # It looks for its library when it is imported.
        import pyseccomp  # noqa: PLC0415
    except (ImportError, RuntimeError, OSError) as error:
        raise NoFilterError(f"libseccomp is not here ({error}); install it (Debian: libseccomp2)") from error
    seccomp: Any = pyseccomp
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    refused = seccomp.ERRNO(errno.EPERM)
    for name in _known(seccomp, _DENIED):
        made.add_rule(refused, name)
    for flag in _NEW_NAMESPACES:
        made.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # Its flags lie in memory, where no filter sees them; libc then takes clone.
    made.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    made.add_rule(refused, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, _TIOCSTI))
    no_family = seccomp.ERRNO(errno.EAFNOSUPPORT)
    made.add_rule(no_family, "socket", seccomp.Arg(0, seccomp.GT, max(_FAMILIES)))
    for family in sorted(set(range(max(_FAMILIES))) - set(_FAMILIES)):
        made.add_rule(no_family, "socket", seccomp.Arg(0, seccomp.EQ, family))
    descriptor = os.memfd_create("filter")
    with os.fdopen(descriptor, "r+b") as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read()


def _known(seccomp: Any, names: Iterable[str]) -> Iterable[str]:
    """Those that libseccomp knows: an older one has no name for a newer call, and an architecture has not every one."""
    arch = seccomp.system_arch()
    for name in names:
        try:
            number = seccomp.resolve_syscall(arch, name)
        except ValueError:
            continue
        if number >= 0:
            yield name
