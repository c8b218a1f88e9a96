"""The filter is a program for the kernel that is the same every time; what each rule does, hostile programs show."""

import foundation.sandbox.syscalls as syscalls
from foundation.sandbox.syscalls import filter_program

INSTRUCTION_BYTES, MOST_INSTRUCTIONS = 8, 4096


def test_it_is_a_program_that_the_kernel_takes_and_the_same_every_time() -> None:
    program = filter_program()
    assert len(program) % INSTRUCTION_BYTES == 0
    assert 0 < len(program) // INSTRUCTION_BYTES <= MOST_INSTRUCTIONS
    assert filter_program() == program


def test_names_that_a_library_does_not_know_are_left_out() -> None:
    class Older:
        """A libseccomp that knows two calls, one of them of another architecture."""

        def system_arch(self) -> int:
            return 1

        def resolve_syscall(self, _arch: int, name: str) -> int:
            return {"mount": 165, "iopl": -10}.get(name) or self._unknown(name)

        def _unknown(self, name: str) -> int:
            raise ValueError(name)

    assert list(syscalls._known(Older(), ("mount", "iopl", "fsopen"))) == ["mount"]


def test_the_calls_that_were_promised_are_denied() -> None:
    promised = {
        "mount",
        "unshare",
        "setns",
        "ptrace",
        "chroot",
        "io_uring_setup",
        "bpf",
        "keyctl",
        "process_vm_writev",
        "userfaultfd",
    }
    assert promised <= set(syscalls._DENIED)
