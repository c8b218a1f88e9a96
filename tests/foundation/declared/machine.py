"""What the deciding files of the machine that a load ran on declare, stated a second time."""

import foundation.machine.disturbance as disturbance
import foundation.machine.processors as processors
from tests.foundation.declared.table import Declared

DECLARED = Declared(
    constants={
        # A quarter of one of two cores on average and half a core in a second; what a hypervisor takes counts at less than half
        # of that. A tenth of a second's threshold; a tenth of the seconds; ten seconds for an answer, and half as many again.
        disturbance: {
            "OTHERS_MEAN_RATIO": 0.25 / 2,
            "OTHERS_SAMPLE_RATIO": 0.5 / 2,
            "STEAL_MEAN_RATIO": 0.1 / 2,
            "STEAL_SAMPLE_RATIO": 0.2 / 2,
            "STALLED_MS": 1_000 / 10,
            "THROUGHOUT_RATIO": 1 / 10,
            "AROUND_SECONDS": 10 * 1.5,
        },
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html:
        # state, ppid, session, utime, stime, cutime, cstime, starttime
        processors: {
            "_STATE": 3,
            "_PARENT": 4,
            "_SESSION": 6,
            "_USER": 14,
            "_SYSTEM": 15,
            "_CHILDREN_USER": 16,
            "_CHILDREN_SYSTEM": 17,
            "_STARTED": 22,
        },
    },
)
