"""How changes stand before their gates as SARIF 2.1.0, a run a tool: the same bytes for the same standings.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; `sarif_parts.py` has what a run is made of.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.findings.sarif_parts import ROOT, BaselineState, Notice, Result, message
from foundation.findings.standing import Standing

# Of more results in a run GitHub stores the top 5,000, and it refuses a file of more than 25,000:
# https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
MOST_RESULTS = 5_000
MOST_NOTIFICATIONS = 1_000
_NOTIFICATIONS = ("left-out", "suppression-comment", "unread", "unread-in-the-base-too")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Detail:
    """What of the standings is written: to GitHub no result that is accepted or gone, since it would show it as open."""

    for_github: bool
    has_base: bool

    def results_of(self, standing: Standing, tool: str) -> Iterator[Result]:
        """The results of one tool."""
        gate = standing.gate
        rows = [Result(found=each, state=BaselineState.NEW, acceptance=None, gate=gate) for each in standing.new]
        rows += [Result(found=each, state=BaselineState.UNCHANGED, acceptance=None, gate=gate) for each in standing.old]
        if not self.for_github:
            rows += [
                Result(
                    found=each.found,
                    state=BaselineState.NEW if each.is_new else BaselineState.UNCHANGED,
                    acceptance=each.acceptance,
                    gate=gate,
                )
                for each in standing.accepted
            ]
            if self.has_base:
                rows += [
                    Result(found=each, state=BaselineState.ABSENT, acceptance=None, gate=gate) for each in standing.gone
                ]
        return (each for each in rows if each.found.finding.tool == tool)


def to_sarif(standings: Sequence[Standing], *, for_github: bool = False, most_results: int = MOST_RESULTS) -> str:
    """The log, in ASCII and with a line end; at most `most_results` a run, the gravest of what is new first.

    Each run says how many it left out. With `for_github` findings that are accepted or gone are not in it: code scanning knows
    neither `suppressions` (https://github.com/github/codeql-action/issues/1230) nor `baselineState`. Without a base no result
    has a `baselineState`.
    """
    detail = _Detail(for_github=for_github, has_base=all(each.has_base for each in standings))
    runs = [_run(name, version, standings, detail, most_results) for name, version in sorted(_tools(standings).items())]
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": runs}
    return json.dumps(log, indent=1) + "\n"


def _tools(standings: Iterable[Standing]) -> dict[str, str]:
    """The tools that ran or, in a base, found something, with their versions; an empty one is not known."""
    versions: dict[str, str] = {}
    for standing in standings:
        versions.update({tool.name: tool.version for tool in standing.tools})
        found = (*standing.new, *standing.old, *(each.found for each in standing.accepted), *standing.gone)
        for each in found:
            versions.setdefault(each.finding.tool, "")
    return versions


def _run(name: str, version: str, standings: Iterable[Standing], detail: _Detail, most_results: int) -> dict[str, Any]:
    concerned = [each for each in standings if name in _tools([each])]
    every = [(standing, list(detail.results_of(standing, name))) for standing in concerned]
    ranked = sorted((each for _, results in every for each in results), key=Result.rank)
    kept = ranked[:most_results]
    rules = sorted({each.found.finding.rule for each in kept})
    index_of = {rule: index for index, rule in enumerate(rules)}
    cut_count = len(ranked) - len(kept)
    left_out = (
        f"{cut_count:,} results of lower rank are left out: a run has at most {most_results:,}" if cut_count else ""
    )
    driver = {
        "name": name,
        **({"version": version} if version else {}),
        "rules": [{"id": rule, "shortDescription": message(f"{name}: {rule}")} for rule in rules],
        "notifications": [{"id": each} for each in _NOTIFICATIONS],
    }
    return {
        "tool": {"driver": driver},
        "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the source tree"}}},
        "invocations": [_invocation(name, standing, left_out) for standing, _ in every],
        "results": [each.to_dict(index_of, has_base=detail.has_base) for each in kept],
    }


def _invocation(tool: str, standing: Standing, left_out: str) -> dict[str, Any]:
    notices = list(_notices(tool, standing, left_out))
    if len(notices) > MOST_NOTIFICATIONS:
        kept = notices[: MOST_NOTIFICATIONS - 1]
        rest = f"{len(notices) - len(kept):,} more notifications are left out here"
        notices = [*kept, Notice(kind="left-out", level="error", text=rest)]
    return {
        # What the change may have touched and nobody could look at: then nobody can say that the tool did its work.
        "executionSuccessful": not standing.is_inconclusive,
        "toolExecutionNotifications": [each.to_dict() for each in notices],
        "properties": {"gate": standing.gate},
    }


def _notices(tool: str, standing: Standing, left_out: str) -> Iterator[Notice]:
    if left_out:
        yield Notice(kind="left-out", level="error", text=left_out)
    for gap in standing.unread_new:
        yield Notice(kind="unread", level="error", text=f"could not be looked at: {gap.why}", path=gap.path)
    for gap in standing.unread_old:
        text = f"could not be looked at, nor in the base, where it is the same: {gap.why}"
        yield Notice(kind="unread-in-the-base-too", level="warning", text=text, path=gap.path)
    for each in standing.suppressions:
        if each.tool == tool:
            text = "a comment asks the tool to look away here; it looked all the same"
            yield Notice(kind="suppression-comment", level="note", text=text, path=each.path, line=each.line)
