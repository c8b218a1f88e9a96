"""What the deciding files of evidence of load declare, stated a second time."""

import loadtests.evidence as evidence
from tests.foundation.declared.table import Declared

DECLARED = Declared(
    constants={
        # Five percent of the threshold, four fifths of a processor, and three requests of a hundred that never began.
        evidence: {"_LAG_RATIO": 0.05, "_CPU_LIMIT_PERCENT": 80.0, "_SHORTFALL_RATIO": 0.97},
    },
    forms=(evidence,),
    defaults={
        "loadtests.evidence.Judged.closing_count": 0,
    },
)
