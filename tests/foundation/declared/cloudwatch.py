"""What the deciding files of what is evaluated as CloudWatch does declare, stated a second time."""

import foundation.cloudwatch.alarm_datapoints as alarm_datapoints
import foundation.cloudwatch.series_notation as notation
from tests.foundation.declared.table import Declared

DECLARED = Declared(
    constants={
        # Of minutes almost a year.
        notation: {"MAX_POINTS_COUNT": 500_000},
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html: a few more than it needs
        alarm_datapoints: {"EXTRA_DATAPOINTS_COUNT": 2, "_DAY_SECONDS": 24 * 3_600},
    },
)
