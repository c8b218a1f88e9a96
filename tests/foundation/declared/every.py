"""All tables, in the order of the rooms."""

from tests.foundation.declared import (
    advisories,
    alarms,
    cloudwatch,
    costs,
    dependencies,
    files,
    findings,
    judge,
    loadtests,
    machine,
    quality,
    service,
    slo,
    status,
    steps,
    testing,
)

EVERY = tuple(
    room.DECLARED
    for room in (
        advisories,
        alarms,
        cloudwatch,
        costs,
        dependencies,
        files,
        findings,
        judge,
        loadtests,
        machine,
        quality,
        service,
        slo,
        status,
        steps,
        testing,
    )
)
