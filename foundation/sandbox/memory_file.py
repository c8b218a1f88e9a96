"""A file that is nowhere but in memory, for what a process of ours is told: it ends with the last who has it open."""

import os


def memory_file(name: str, content: bytes) -> int:
    """A descriptor at the beginning of the content. The caller closes it."""
    descriptor = os.memfd_create(name)
    try:
        with os.fdopen(os.dup(descriptor), "r+b") as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
