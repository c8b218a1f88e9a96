"""Which files of a directory are an export's current delivery: those that its manifest names. Two deliveries are not one bill.

AWS writes `<export>/data/BILLING_PERIOD=YYYY-MM/…` and `<export>/metadata/BILLING_PERIOD=YYYY-MM/<export>-Manifest.json`, which
it updates with each delivery: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from foundation.errors import InputError
from foundation.files.documents import json_document
from foundation.files.forms import Form

ENDINGS = (".csv", ".csv.gz", ".parquet")
_PERIOD = re.compile(r"billing_period=(\d{4}-\d{2})", re.IGNORECASE)
# AWS numbers the files of one delivery -00001, -00002; Azure part_0_0001, part_1_0001.
_NUMBERED = re.compile(r"(?:-\d{5}|(?<=part)(?:_\d+)+)$")


class _Manifest(Form, extra="ignore"):
    dataFiles: list[str]


def current_files(path: Path) -> tuple[Path, ...]:
    """The files of an export that count: one file, or those of a directory, without what a later delivery replaced.

    Raises InputError for a directory without any, a manifest that names what is not there, and two deliveries of a billing
    period that nothing chooses between.
    """
    if not path.is_dir():
        return (path,)
    there = sorted(file for file in path.rglob("*") if file.name.endswith(ENDINGS))
    if not there:
        raise InputError(f"{path}: holds no file that ends with {', '.join(ENDINGS)}")
    named = _named(path, there)
    found = [file for file in there if file in named.get(_period_of(file), named.get("", {file}))]
    _refuse_two_executions(path, [file for file in found if _period_of(file) not in named and "" not in named])
    return tuple(found)


def delivery_of(file: Path) -> str:
    """What is the same for all files of one delivery, which are numbered: where they lie, and what they are called."""
    name = next(file.name.removesuffix(each) for each in (".csv.gz", ".csv", ".parquet") if file.name.endswith(each))
    stem = name.removesuffix(".snappy")
    return str(file.parent / _NUMBERED.sub("", stem))


def refuse_overlap(files: Sequence[tuple[Path, frozenset[tuple[str, ...]]]]) -> None:
    """Raise InputError where two deliveries tell of the same: a billing period or a day, of one account and provider."""
    seen: dict[tuple[str, ...], Path] = {}
    for file, told in files:
        for each in sorted(told):
            other = seen.setdefault(each, file)
            if delivery_of(other) != delivery_of(file):
                raise InputError(
                    f"{file}: tells of {each[0]} as {other} does: two deliveries, of which one counts; keep the newest, or "
                    f"give the export's directory with its manifest"
                )


def _named(path: Path, there: Sequence[Path]) -> Mapping[str, set[Path]]:
    """By billing period (empty: of any), the files that its manifest names."""
    manifests: dict[str, list[Path]] = {}
    for file in sorted(path.rglob("*.json")):
        if file.name.lower().endswith("manifest.json"):
            manifests.setdefault(_period_of(file), []).append(file)
    named: dict[str, set[Path]] = {}
    for period, found in manifests.items():
        depth = min(len(each.parts) for each in found)
        # Where each delivery has a manifest of its own, the period's stands above them.
        above = [each for each in found if len(each.parts) == depth]
        chosen = [_files_of(each, there) for each in above]
        if any(each != chosen[0] for each in chosen):
            raise InputError(
                f"{path}: {' and '.join(map(str, above))} name different files; keep the one of the newest delivery"
            )
        named[period] = chosen[0]
    return named


def _files_of(manifest: Path, there: Sequence[Path]) -> set[Path]:
    with json_document(manifest) as document:
        read = document.read(_Manifest)
    found: set[Path] = set()
    for name in [] if read is None else read.dataFiles:
        parts = PurePosixPath(name).parts
        # The file's name and the directory that it lies in, at the least.
        same = {file: _common(file.parts, parts) for file in there}
        best = max(same.values(), default=0)
        matching = [file for file, count in same.items() if count == best and best >= 2]
        if len(matching) != 1:
            raise InputError(
                f"{manifest}: names {name}, which is not there; copy the delivery whole, or its newest files alone"
            )
        found.add(matching[0])
    return found


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts of two paths agree, from their ends."""
    count = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _refuse_two_executions(path: Path, files: Sequence[Path]) -> None:
    """Without a manifest, nothing says which of two directories below a billing period is the current one."""
    found: dict[str, set[str]] = {}
    for file in files:
        parts = file.relative_to(path).parts
        place = next((number for number, part in enumerate(parts) if _PERIOD.fullmatch(part)), None)
        if place is not None:
            found.setdefault("/".join(parts[: place + 1]), set()).add("/".join(parts[place + 1 : -1]))
    for period, executions in found.items():
        if len(executions) > 1:
            raise InputError(
                f"{path}: {period} holds the deliveries {', '.join(sorted(executions))}, of which one counts; keep the newest, "
                f"or put the export's metadata directory beside, whose manifest names it"
            )


def _period_of(file: Path) -> str:
    found = [_PERIOD.fullmatch(part) for part in file.parts]
    return next((each[1] for each in reversed(found) if each is not None), "")
