"""`python -m tests.mutants`: draw mutants of the deciding files, try each, and say which lived; exit code 1 if too many did."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.mutants.covering import Covering, covering, importers, importing_tests
from tests.mutants.deciding import ROOT, TESTS, deciding_files, drawn, every_mutant
from tests.mutants.mutant import Mutant
from tests.mutants.report import LEAST_RATIO, killed_ratio, survivor, told
from tests.mutants.trying import Attempt, Fate, load_libraries, try_all, waves_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, try, report."""
    given = _parser().parse_args(arguments)
    seed = given.seed or _commit(ROOT)
    directory = ROOT / "build/mutants"
    files = deciding_files(ROOT, without=given.without)
    mutants = every_mutant(ROOT, files)
    chosen = drawn(mutants, count=given.count, seed=seed)
    _progress(f"{len(chosen)} of {len(mutants):,} mutants of {len(files)} files, drawn by {seed}")
    known = covering(ROOT, files, given.tests or TESTS, directory=directory)
    tried = try_them(chosen, ROOT, files, known, directory=directory, process_count=given.processes)
    print(told(tried, lambda file: (ROOT / file).read_text()))
    print(f"The same again: make mutants COUNT={given.count} SEED={seed}")
    return 0 if killed_ratio([fate for _, fate in tried]) >= LEAST_RATIO else 1


def try_them(
    chosen: Sequence[Mutant], root: Path, files: Sequence[Path], known: Covering, *, directory: Path, process_count: int
) -> list[tuple[Mutant, Fate]]:
    """What became of each."""
    for name in {mutant.file.removesuffix(".py").replace("/", ".") for mutant in chosen} & sys.modules.keys():
        raise SystemExit(
            f"{name} is imported already, so that no mutant of it would be; start `python -m tests.mutants`"
        )
    tried: list[tuple[Mutant, Fate]] = []
    began = time.monotonic()

    def done(attempt: Attempt, fate: Fate) -> None:
        tried.append((attempt.mutant, fate))
        alive = sum(not each.is_killed for _, each in tried)
        spent = time.monotonic() - began
        _progress(
            f"{len(tried)} of {len(chosen)}, {alive} alive, {spent:.0f} s: {attempt.mutant.file}:{attempt.mutant.line}"
        )
        if not fate.is_killed:
            # At once, so that a run that is stopped has said what it found.
            _progress(survivor(attempt.mutant, fate, (root / attempt.mutant.file).read_text()))

    load_libraries()
    attempts = [_attempt(mutant, root, files, known) for mutant in chosen]
    _nothing_changed(attempts, root, directory)
    try_all(attempts, root, directory=directory, process_count=process_count, done=done)
    return tried


def _nothing_changed(attempts: Sequence[Attempt], root: Path, directory: Path) -> None:
    """Run the tests that come first, with nothing changed: if they do not pass so, no mutant that they kill is killed."""
    tests = tuple(dict.fromkeys(test for attempt in attempts for test in (attempt.waves or ((),))[0]))
    if not tests:
        return
    file = root / attempts[0].mutant.file
    control = replace(attempts[0], text=file.read_text(), waves=(tests,), limits_seconds=(600,))
    fates: list[Fate] = []
    try_all([control], root, directory=directory, process_count=1, done=lambda _, fate: fates.append(fate))
    if fates != [Fate.ALIVE]:
        raise SystemExit(f"with nothing changed, {fates[0].value}: {directory / 'last-output.txt'} says which")


def _attempt(mutant: Mutant, root: Path, files: Sequence[Path], known: Covering) -> Attempt:
    # What a module declares is decided when it is imported: the tests that look at it import it, and may run no line of it.
    importing = known.of_modules(importing_tests(root, known.modules, mutant.file))
    others = known.of_file(mutant.file)
    for importer in importers(root, files, mutant.file):
        others += known.of_file(importer)
    waves = waves_of(known.of_lines(mutant.file, mutant.lines), importing, others)
    text = mutant.applied_to((root / mutant.file).read_text())
    # One that is no Python would count as killed, by nobody's merit: here it ends the run.
    compile(text, mutant.file, "exec", dont_inherit=True)
    return Attempt(
        mutant=mutant,
        text=text,
        waves=waves,
        # Generous, because the machine may be busy and pytest has to begin: what takes so long does not end.
        limits_seconds=tuple(60 + 5 * sum(known.seconds[test] for test in wave) for wave in waves),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many are drawn")
    parser.add_argument("--seed", default="", help="what they are drawn by; the commit, if not given")
    parser.add_argument("--processes", type=int, default=2, help="how many are tried at once")
    parser.add_argument("--without", action="append", default=[], metavar="PATTERN", help="files to leave out")
    parser.add_argument(
        "--tests",
        action="append",
        default=[],
        metavar="PATH",
        help=f"tests to try them with; {' '.join(TESTS)} if not given",
    )
    return parser


def _commit(root: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
