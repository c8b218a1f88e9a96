"""The cognitive complexity of files, as JSON: `python -I complexity_worker.py FILE…`, in a process of its own.

complexipy is a library here: as a program it writes into its directory, and its script is bound to the Python that installed it.
"""

import json
import sys
from pathlib import Path


def main(files: list[str]) -> None:
    """Print an object of files; each has its functions as name, line and complexity, or null where it has none to say."""
    # In a bundle the libraries lie beside our own code, which `-I` leaves out of the path.
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    import complexipy  # noqa: PLC0415 - it is found by the line above

    found: dict[str, list[tuple[str, int, int]] | None] = {}
    for file in files:
        try:
            # `no_ignore`: comments do not leave functions out.
            functions = complexipy.file_complexity(file, no_ignore=True, with_plans=False).functions
            found[file] = [(each.name, each.line_start, each.complexity) for each in functions]
        except ValueError:
            found[file] = None
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
