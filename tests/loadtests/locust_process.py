"""The Locust that this process has started, found among its children."""

import contextlib

import psutil


def locust_itself() -> psutil.Process | None:
    """The process that loads; its keeper and the keeper's watcher have its command in their own lines. None once it has ended."""
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if each.cmdline()[1:3] == ["-m", "locust"]:
                return each
    return None
