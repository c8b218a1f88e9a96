"""Runs jobs for a test as a user without rights: `python -m tests.foundation.sandbox.as_nobody`, jobs in, outcomes out."""

import pickle
import sys
from typing import Any

from foundation.errors import SreError


def main() -> None:
    """Answer each request, a sandbox and a job, until there is none."""
    while True:
        try:
            sandbox, job = pickle.load(sys.stdin.buffer)  # noqa: S301 - of the test that started this
        except EOFError:
            return
        answer: Any
        try:
            answer = sandbox.run(job)
        except SreError as error:
            answer = error
        pickle.dump(answer, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
