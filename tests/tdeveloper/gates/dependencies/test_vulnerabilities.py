"""The findings of a package: one a vulnerability, and every gap by name."""

from foundation.advisories.model import Advisory, Affected
from foundation.findings.model import Finding, Severity, Unread
from tdeveloper.gates.dependencies.model import LockedPackage
from tdeveloper.gates.dependencies.vulnerabilities import Matched, index_of, match_package
from tests.foundation.advisories.factories import AT, a_snapshot, affected, an_advisory
from tests.tdeveloper.gates.dependencies.trees import NPM, PYPI


def matched(*advisories: Advisory, version: str = "1.1", name: str = "shop", line: int | None = 7) -> Matched:
    package = LockedPackage(ecosystem=PYPI, name=name, version=version, path="uv.lock", line=line)
    return match_package(package, index_of(a_snapshot(*advisories)))


def below(version: str) -> Affected:
    return affected("shop", ("introduced 0", f"fixed {version}"))


def rules(found: Matched) -> list[str]:
    return [each.rule for each in found.findings]


def test_a_finding_says_what_where_and_what_to_do() -> None:
    found = matched(an_advisory("PYSEC-1", aliases=("CVE-1", "GHSA-1"), score="7.5"))
    assert found == Matched(
        findings=(
            Finding(
                tool="osv", rule="PYSEC-1", severity=Severity.HIGH, confidence="HIGH", path="uv.lock", line=7,
                message="shop 1.1: it leaks; fixed in 1.2; also CVE-1, GHSA-1; https://osv.dev/vulnerability/PYSEC-1",
            ),
        ),
        unread=(),
    )  # fmt: skip


def test_what_is_not_known_of_a_finding_is_said() -> None:
    (finding,) = matched(an_advisory("A-1", affected("shop", ("introduced 0",)), summary=""), line=None).findings
    assert finding.message == "shop 1.1: no summary; no fixed version is known; https://osv.dev/vulnerability/A-1"
    assert (finding.line, finding.severity) == (1, Severity.UNDEFINED)


def test_the_same_vulnerability_under_several_ids_is_one_finding_with_the_worst_severity_and_all_fixes() -> None:
    found = matched(
        an_advisory("PYSEC-1", below("1.3"), aliases=("CVE-1",), summary=""),
        an_advisory("GHSA-1", below("1.2"), aliases=("CVE-1",), word="HIGH", summary="from GitHub"),
    )
    (finding,) = found.findings
    assert (finding.rule, finding.severity) == ("GHSA-1", Severity.HIGH)
    assert finding.message.startswith("shop 1.1: from GitHub; fixed in 1.2, 1.3; also CVE-1, PYSEC-1; ")


def test_aliases_lead_on_from_one_to_the_next_in_any_order() -> None:
    chain = [
        an_advisory("C-1", aliases=("X-1",)), an_advisory("CVE-9", aliases=("X-2",)),
        an_advisory("PYSEC-5", aliases=("X-1", "X-2")), an_advisory("D-1"),
    ]  # fmt: skip
    for advisories in (chain, chain[::-1], [chain[1], chain[2], chain[3], chain[0]]):
        assert rules(matched(*advisories)) == ["D-1", "PYSEC-5"]


def test_the_preferred_ids_are_those_of_malice_then_github_pypi_and_cve() -> None:
    names = ["CVE-1", "PYSEC-1", "GHSA-1", "MAL-1", "A-1"]
    for count, preferred in ((4, "MAL-1"), (3, "GHSA-1"), (2, "PYSEC-1"), (1, "CVE-1")):
        every = [an_advisory(name, aliases=("X",)) for name in (*names[:count], "A-1")]
        assert rules(matched(*every)) == [preferred]


def test_what_was_withdrawn_and_what_is_on_others_is_left_out() -> None:
    assert matched(an_advisory(withdrawn_at=AT)) == Matched(findings=(), unread=())
    assert matched(an_advisory("A-1", affected("shop", ("introduced 0.0.0",), ecosystem=NPM))).findings == ()
    assert matched(an_advisory(), name="other") == Matched(findings=(), unread=())
    assert matched(an_advisory(), version="1.2") == Matched(findings=(), unread=())


def test_a_version_that_cannot_be_read_is_named_and_matched_by_its_text() -> None:
    listed = an_advisory("A-1", affected("shop", versions=("latest",)))
    found = matched(listed, an_advisory("A-2"), version="latest")
    assert rules(found) == ["A-1"]
    assert found.unread == (
        Unread(path="uv.lock", why="shop latest is not checked: its version is no version by PEP 440"),
    )


def test_a_package_that_no_advisory_is_on_is_clean_whatever_its_version() -> None:
    assert matched(name="other", version="latest") == Matched(findings=(), unread=())


def test_an_advisory_that_cannot_be_decided_is_named_unless_another_on_it_was() -> None:
    odd = an_advisory("PYSEC-1", affected("shop", ("introduced odd",)), aliases=("CVE-1",))
    said = "shop 1.1 is not checked: its version cannot be held against PYSEC-1"
    assert matched(odd).unread == (Unread(path="uv.lock", why=said),)
    assert matched(odd, an_advisory("GHSA-1", aliases=("CVE-1",))).unread == ()
    assert matched(odd, an_advisory("GHSA-1", below("1.0"), aliases=("CVE-1",))).unread == (
        Unread(path="uv.lock", why=said),
    )


def test_of_many_names_five_are_listed() -> None:
    (finding,) = matched(an_advisory("A-0", aliases=tuple(f"A-{number}" for number in range(1, 9)))).findings
    assert "also A-1, A-2, A-3, A-4, A-5 and 3 more" in finding.message


def test_of_several_vulnerabilities_each_is_a_finding() -> None:
    assert rules(matched(an_advisory("B-1"), an_advisory("A-1"))) == ["A-1", "B-1"]
