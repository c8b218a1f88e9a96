"""`sre advisories`: its JSON."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from foundation.advisories.model import Ecosystem, Snapshot
from sre.cli.outputs.model import Output, Part
from sre.jobs.advisories.counts import EcosystemCounts


class AdvisoriesSource(Part):
    """A file that advisories were taken from, and the ecosystems that it is all of."""

    sha256: str
    size_bytes: int
    ecosystems: tuple[Ecosystem, ...]
    data_as_of: datetime
    advisory_count: int
    other_count: int


class EcosystemAdvisories(Part):
    """What there is of one ecosystem; one that is not covered has only what the files of others say of it."""

    ecosystem: Ecosystem
    is_covered: bool
    advisory_count: int
    package_count: int
    withdrawn_count: int
    without_severity_count: int


class AdvisoriesSnapshot(Output):
    """A snapshot of advisories: the age is that of its data, and not of the file."""

    made_at: datetime
    data_as_of: datetime
    age_seconds: int
    is_old: bool
    ecosystems: tuple[EcosystemAdvisories, ...]
    sources: tuple[AdvisoriesSource, ...]


def output_of_snapshot(
    snapshot: Snapshot, counts: Sequence[EcosystemCounts], *, age: timedelta, is_old: bool
) -> AdvisoriesSnapshot:
    """The output; an age that the clocks make negative is 0."""
    return AdvisoriesSnapshot(
        made_at=snapshot.made_at,
        data_as_of=snapshot.data_as_of,
        age_seconds=max(int(age.total_seconds()), 0),
        is_old=is_old,
        ecosystems=tuple(
            EcosystemAdvisories(
                ecosystem=each.ecosystem, is_covered=each.is_covered, advisory_count=each.advisory_count,
                package_count=each.package_count, withdrawn_count=each.withdrawn_count,
                without_severity_count=each.without_severity_count,
            )
            for each in counts
        ),
        sources=tuple(
            AdvisoriesSource(
                sha256=each.sha256, size_bytes=each.size_bytes, ecosystems=each.ecosystems, data_as_of=each.data_as_of,
                advisory_count=each.advisory_count, other_count=each.other_count,
            )
            for each in snapshot.sources
        ),
    )  # fmt: skip
