"""The findings of packages under a snapshot: a vulnerability that several advisories describe is one finding.

Which advisories are of one vulnerability, their aliases say. It has the id that comes first of GHSA, PYSEC, CVE and all others,
because GitHub's advisories most often say how severe they are; one on a package that was published to do harm (MAL) is before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.advisories.model import Advisory, Affected, Ecosystem, Snapshot
from foundation.findings.model import Finding, Unread
from tdeveloper.gates.dependencies.matching import Answer, match_version
from tdeveloper.gates.dependencies.model import LockedPackage, shown
from tdeveloper.gates.dependencies.severity import severity_of
from tdeveloper.gates.dependencies.versions import UnknownVersionError, version_key

TOOL = "osv"
_PAGE = "https://osv.dev/vulnerability/"
_PREFERRED = ("MAL-", "GHSA-", "PYSEC-", "CVE-")
_NAMED_COUNT = 5
_Entries = Sequence[tuple[Advisory, Affected]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What is known of one package: its findings, or why it was not checked, or not against all advisories."""

    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A snapshot by package; what was withdrawn is left out."""

    entries: Mapping[tuple[Ecosystem, str], _Entries]


def index_of(snapshot: Snapshot) -> Index:
    """The index, made once for all packages of a tree."""
    entries: defaultdict[tuple[Ecosystem, str], list[tuple[Advisory, Affected]]] = defaultdict(list)
    for advisory in snapshot.advisories:
        if advisory.withdrawn_at is None:
            for affected in advisory.affected:
                entries[affected.ecosystem, affected.package].append((advisory, affected))
    return Index(entries=entries)


def match_package(package: LockedPackage, index: Index) -> Matched:
    """Hold one package against all advisories on it."""
    try:
        version_key(package.ecosystem, package.version)
    except UnknownVersionError as error:
        if not (entries := index.entries.get((package.ecosystem, package.name), ())):
            return Matched(findings=(), unread=())
        unread = (_not_checked(package, f"its version {error}"),)
    else:
        entries, unread = index.entries.get((package.ecosystem, package.name), ()), ()
    hits: dict[str, Advisory] = {}
    fixed: dict[str, list[str]] = {}
    undecided: dict[str, Advisory] = {}
    for advisory, affected in entries:
        match = match_version(affected, package.version)
        match match.answer:
            case Answer.AFFECTED:
                hits[advisory.id] = advisory
                fixed.setdefault(advisory.id, []).extend(match.fixed)
            case Answer.UNDECIDED:
                undecided[advisory.id] = advisory
            case Answer.NOT_AFFECTED:
                pass
    groups = _groups(list(hits.values()))
    # What another advisory on the same vulnerability has decided needs no second answer.
    decided = {name for group in groups for advisory in group for name in (advisory.id, *advisory.aliases)}
    open_ids = sorted(each.id for each in undecided.values() if not decided & {each.id, *each.aliases})
    if open_ids and not unread:
        unread = (_not_checked(package, f"its version cannot be held against {_listed(open_ids)}"),)
    return Matched(findings=tuple(_finding(package, group, fixed) for group in groups), unread=unread)


def _not_checked(package: LockedPackage, why: str) -> Unread:
    return Unread(path=package.path, why=f"{shown(package.name)} {shown(package.version)} is not checked: {why}")


def _groups(advisories: Sequence[Advisory]) -> list[list[Advisory]]:
    """Those that share an id or an alias, each group with its preferred one first, in the order of these."""
    groups: list[tuple[set[str], list[Advisory]]] = []
    for advisory in advisories:
        names, members = {advisory.id, *advisory.aliases}, [advisory]
        apart: list[tuple[set[str], list[Advisory]]] = []
        for other_names, others in groups:
            if other_names & names:
                names, members = names | other_names, [*members, *others]
            else:
                apart.append((other_names, others))
        groups = [*apart, (names, members)]
    return sorted((sorted(members, key=_preference) for _, members in groups), key=lambda group: group[0].id)


def _preference(advisory: Advisory) -> tuple[int, str]:
    place = next((at for at, prefix in enumerate(_PREFERRED) if advisory.id.startswith(prefix)), len(_PREFERRED))
    return place, advisory.id


def _finding(package: LockedPackage, group: Sequence[Advisory], fixed: Mapping[str, Sequence[str]]) -> Finding:
    first = group[0]
    also = sorted({name for each in group for name in (each.id, *each.aliases)} - {first.id})
    fixes = list(dict.fromkeys(version for each in group for version in fixed[each.id]))
    summary = next((each.summary for each in group if each.summary), "no summary")
    parts = (
        f"{shown(package.name)} {shown(package.version)}: {summary}",
        f"fixed in {_listed(fixes)}" if fixes else "no fixed version is known",
        *((f"also {_listed(also)}",) if also else ()),
        f"{_PAGE}{first.id}",
    )
    return Finding(
        tool=TOOL, rule=first.id, severity=severity_of(group), confidence="HIGH", path=package.path, line=package.line or 1,
        message="; ".join(parts),
    )  # fmt: skip


def _listed(texts: Iterable[str]) -> str:
    every = list(texts)
    more = "" if len(every) <= _NAMED_COUNT else f" and {len(every) - _NAMED_COUNT} more"
    return ", ".join(map(shown, every[:_NAMED_COUNT])) + more
