"""All tables, in the order of the rooms."""

from tests.foundation.declared import alarms, cloudwatch, costs, files, loadtests, machine, service, slo, status, steps

EVERY = tuple(
    room.DECLARED for room in (alarms, cloudwatch, costs, files, loadtests, machine, service, slo, status, steps)
)
