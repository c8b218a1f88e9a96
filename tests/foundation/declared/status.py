"""What the deciding files of the status declare, stated a second time."""

from datetime import timedelta

import sre.jobs.status.headline as status_headline
import sre.jobs.status.reading as status_reading
import sre.jobs.status.sources as status_sources
from foundation.readings import NoData
from tests.foundation.declared.table import Declared

DECLARED = Declared(
    constants={
        # Three names are a sentence; from an hour on it says how long ago.
        status_headline: {"_NAMED_COUNT": 3, "_OLD": timedelta(hours=1)},
        # CloudWatch's five minutes of a canary, an hour and a minute.
        status_reading: {
            "_DAY": timedelta(days=1),
            "_WEEK": timedelta(days=7),
            "_CANARY_SECONDS": 5 * 60,
            "_HOUR_SECONDS": 60 * 60,
            "_MINUTE_SECONDS": 60,
        },
        # A bill has something new once a day, and is asked once an hour.
        status_sources: {"_BILL_KEPT_FOR": timedelta(hours=1)},
    },
    forms=(status_sources,),
    defaults={
        "sre.jobs.status.sources.KeptBill._days": None,
        "sre.jobs.status.sources.KeptBill._kept": NoData(reason="nobody has asked yet"),
        "sre.jobs.status.sources.KeptBill._read_at": None,
    },
)
