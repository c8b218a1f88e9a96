"""Runs MiniStack with another Python for its Lambda workers: `python -m sre.local.emulator PYTHON`.

MiniStack starts workers with its own interpreter, whose packages include this checkout. A file that a bundle lacks would be
found there, and be missing on AWS only.
"""

import runpy
import sys


def main() -> None:
    """Be MiniStack, whose workers run on the Python that the command line names."""
    match sys.argv[1:]:
        case [python]:
            # Where MiniStack looks for it: ministack/core/lambda_runtime.py, _detect_runtime_binary.
            sys.executable = python
            sys.argv = ["ministack"]
            runpy.run_module("ministack", run_name="__main__", alter_sys=True)
        case _:
            print("usage: python -m sre.local.emulator PYTHON", file=sys.stderr)
            sys.exit(2)


if __name__ == "__main__":
    main()
