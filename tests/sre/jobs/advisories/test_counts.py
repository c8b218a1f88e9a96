"""What a snapshot has of each ecosystem: a withdrawn advisory is none, and one without a severity is counted as such."""

from foundation.advisories.model import Ecosystem
from sre.jobs.advisories.counts import EcosystemCounts, counts_of
from tests.foundation.advisories.factories import AT, a_snapshot, a_source, affected, an_advisory


def test_advisories_and_packages_are_counted_by_ecosystem() -> None:
    snapshot = a_snapshot(
        an_advisory("A-1", affected("a"), affected("b"), affected("c", ecosystem=Ecosystem.NPM)),
        an_advisory("A-2", affected("a"), score="5.0"),
        an_advisory("A-3", affected("a"), word="LOW"),
        an_advisory("A-4", affected("d"), withdrawn_at=AT),
        sources=(a_source(Ecosystem.PYPI),),
    )
    assert counts_of(snapshot) == (
        EcosystemCounts(
            ecosystem=Ecosystem.PYPI, is_covered=True, advisory_count=3, package_count=2, withdrawn_count=1,
            without_severity_count=1,
        ),
        EcosystemCounts(
            ecosystem=Ecosystem.NPM, is_covered=False, advisory_count=1, package_count=1, withdrawn_count=0,
            without_severity_count=1,
        ),
    )  # fmt: skip
