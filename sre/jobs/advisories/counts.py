"""What a snapshot has of each ecosystem, in numbers."""

from dataclasses import dataclass

from foundation.advisories.model import Advisory, Ecosystem, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class EcosystemCounts:
    """Of one ecosystem: `is_covered`, whether a source is all of it; counts of advisories, those withdrawn apart.

    `without_severity_count` are those of `advisory_count` of which neither a score nor a word says how severe they are.
    """

    ecosystem: Ecosystem
    is_covered: bool
    advisory_count: int
    package_count: int
    withdrawn_count: int
    without_severity_count: int


def counts_of(snapshot: Snapshot) -> tuple[EcosystemCounts, ...]:
    """One of each ecosystem, also of those that it has nothing of."""
    return tuple(_counts(snapshot, ecosystem) for ecosystem in Ecosystem)


def _counts(snapshot: Snapshot, ecosystem: Ecosystem) -> EcosystemCounts:
    on_it = [each for each in snapshot.advisories if any(part.ecosystem is ecosystem for part in each.affected)]
    standing = [each for each in on_it if each.withdrawn_at is None]
    packages = {part.package for each in standing for part in each.affected if part.ecosystem is ecosystem}
    return EcosystemCounts(
        ecosystem=ecosystem,
        is_covered=ecosystem in snapshot.ecosystems,
        advisory_count=len(standing),
        package_count=len(packages),
        withdrawn_count=len(on_it) - len(standing),
        without_severity_count=sum(map(_has_no_severity, standing)),
    )


def _has_no_severity(advisory: Advisory) -> bool:
    return advisory.score is None and advisory.word is None
