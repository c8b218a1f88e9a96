"""What the deciding files of `sre gates run` declare, stated a second time."""

import sre.jobs.judge.at_once as at_once
import sre.jobs.judge.gates as gates
import sre.jobs.judge.git as git
import sre.jobs.judge.measures as measures
import sre.jobs.judge.packing as packing
import sre.jobs.judge.page as page
import sre.jobs.judge.scanned as scanned
import sre.jobs.judge.trees as trees
from tests.foundation.declared.table import Declared, nothing

DECLARED = Declared(
    constants={
        # Twenty looks a second; three times as long as it takes to clear away, which is told again meanwhile.
        at_once: {"_LOOK_SECONDS": 1 / 20, "_AGAIN_SECONDS": 10.0, "_END_SECONDS": 3 * 10.0},
        # More than anybody has; one that is not listed could hide behind the others.
        gates: {"_MOST_LISTED": 50_000, "_MOST_SECONDS": 15 * 60.0},
        # Of what git says of its own trouble a few lines.
        git: {"_WORDS_CHARACTERS": 300},
        # https://man7.org/linux/man-pages/man7/path_resolution.7.html: a path has 4,096 bytes at most; sixteen times that.
        trees: {"_MOST_LINK_BYTES": 16 * 4_096},
        # https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.6: a zip's years begin with 1980.
        # https://man7.org/linux/man-pages/man7/inode.7.html: a regular file, read by all and written by its owner.
        packing: {"_DATE_TIME": (1980, 1, 1, 0, 0, 0), "_MODE": 0o100000 + 0o644},
        page: {"_MOST_ROWS": 500},
        # Ten MiB.
        scanned: {"_MOST_LINES_BYTES": 10_485_760},
    },
    forms=(gates, measures, packing, scanned, trees),
    defaults={
        **nothing("""\
sre.jobs.judge.measures.Measure: why
sre.jobs.judge.packing.LeftOut: leads_to
sre.jobs.judge.scanned.GateScan: suite
sre.jobs.judge.scanned.Found: found_count unread_count
sre.jobs.judge.trees.Tree: revision
"""),
        "sre.jobs.judge.gates.SecurityGate.name": gates.GateName.SECURITY,
        "sre.jobs.judge.gates.QualityGate.name": gates.GateName.QUALITY,
        "sre.jobs.judge.gates.SuiteGate.name": gates.GateName.TEST,
        "sre.jobs.judge.packing.Packing.file_count": 0,
        "sre.jobs.judge.packing.Packing.total_bytes": 0,
        "sre.jobs.judge.scanned.GateScan.notes": (),
        "sre.jobs.judge.scanned.GateScan.doubts": (),
        "sre.jobs.judge.scanned.GateScan.is_broken": False,
        "sre.jobs.judge.scanned.Found.suppressions": (),
        "sre.jobs.judge.trees.Tree.left_out": (),
    },
)
