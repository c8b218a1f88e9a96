"""The gate on branches: `python tests/branch_coverage.py REPORT`, where REPORT is the JSON of coverage.py.

coverage.py's own `fail_under` mixes lines with branches and packages with one another. Here each package that is measured
(`source` and `source_pkgs` of [tool.coverage.run] in pyproject.toml) has to have its share of branches by itself.
"""

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LEAST_PERCENT = 95
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """The branches of one package, how many of them tests took, and those that none did, by file and line."""

    package: str
    total_count: int
    covered_count: int
    missing: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """Exactly: what prints as 95.0 % may be less."""
        return 100 * self.covered_count >= LEAST_PERCENT * self.total_count

    @property
    def percent(self) -> float:
        """The share; a package without branches has all of them."""
        return 100 * self.covered_count / self.total_count if self.total_count else 100.0


def measured_packages(pyproject: Path) -> list[str]:
    """The packages and modules that are measured, as paths."""
    run = tomllib.loads(pyproject.read_text())["tool"]["coverage"]["run"]
    return [*run["source"], *(f"{module.replace('.', '/')}.py" for module in run["source_pkgs"])]


def branches_of(package: str, files: Mapping[str, Any]) -> Branches:
    """What a report says of one package.

    Raises SystemExit when it says nothing of it: then it was not measured.
    """
    inside = {name: file for name, file in files.items() if name == package or name.startswith(f"{package}/")}
    if not inside:
        raise SystemExit(f"{package} was not measured")
    return Branches(
        package=package,
        total_count=sum(file["summary"]["num_branches"] for file in inside.values()),
        covered_count=sum(file["summary"]["covered_branches"] for file in inside.values()),
        missing=tuple(
            f"{name}:{first} to {'the end' if then < 0 else then}"
            for name, file in sorted(inside.items())
            for first, then in file["missing_branches"]
        ),
    )


def table(rows: Sequence[Branches]) -> str:
    """The packages with their shares, and what is missing of each."""
    lines = [f"{'package':24} {'branches':>9} {'covered':>9} {'percent':>9}   at least {LEAST_PERCENT} %"]
    for row in rows:
        verdict = "holds" if row.is_enough else "MISSED"
        lines.append(f"{row.package:24} {row.total_count:9} {row.covered_count:9} {row.percent:9.2f}   {verdict}")
    missing = [each for row in rows for each in row.missing]
    more = [f"and {len(missing) - _MOST_SHOWN} more"] if len(missing) > _MOST_SHOWN else []
    return "\n".join([*lines, *(f"not taken: {each}" for each in missing[:_MOST_SHOWN]), *more])


def main(report: Path) -> int:
    """Print the table; 1 when a package has too few."""
    files = json.loads(report.read_text())["files"]
    rows = [branches_of(package, files) for package in measured_packages(ROOT / "pyproject.toml")]
    print(table(rows))
    return 0 if all(row.is_enough for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
