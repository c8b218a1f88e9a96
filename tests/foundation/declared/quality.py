"""What the deciding files of the quality gate declare, stated a second time."""

from decimal import Decimal

import tdeveloper.gates.quality.bounds as bounds
import tdeveloper.gates.quality.code_files as code_files
import tdeveloper.gates.quality.complexity as complexity
import tdeveloper.gates.quality.duplication as duplication
import tdeveloper.gates.quality.measures as measures
import tdeveloper.gates.quality.ruff_check as ruff_check
import tdeveloper.gates.quality.scan as scan
import tdeveloper.gates.quality.score as score
from tests.foundation.declared.table import Declared, nothing

ROOM = "tdeveloper.gates.quality"
MIB = 1_048_576
DECLARED = Declared(
    constants={
        # Names, messages and reasons are a line that can still be read.
        complexity: {"_NAME_CHARACTERS": 120},
        ruff_check: {"_MESSAGE_CHARACTERS": 300},
        scan: {"_WHY_CHARACTERS": 200},
        # https://github.com/kucherenko/jscpd: its own defaults
        duplication: {"MIN_LINES": 5, "MIN_TOKENS": 50, "_REPORT_BYTES": 128 * MIB},
        # A thousand lines; four digits after the dot.
        measures: {"_PER_LINES": 1_000, "_PLACES": Decimal(1) / 10_000},
        # The weights are a hundred together. Half of the points are left by five defects or five complex functions a thousand
        # lines, and by a tenth of lines that are copies.
        score: {
            "DEFECTS_WEIGHT": 40,
            "COMPLEXITY_WEIGHT": 20,
            "DUPLICATION_WEIGHT": 20,
            "ANNOTATIONS_WEIGHT": 100 - 40 - 20 - 20,
            "DEFECTS_HALF": Decimal(5),
            "COMPLEXITY_HALF": Decimal(5),
            "DUPLICATION_HALF": Decimal(1) / 10,
            "_HUNDRED": Decimal(10) * 10,
            "_PLACES": Decimal(1) / 10,
        },
    },
    forms=(bounds, code_files, measures, score),
    defaults={
        **nothing("""\
tdeveloper.gates.quality.score.Part: why
tdeveloper.gates.quality.score.Score: why
"""),
        # What the archive gate takes has no more; all Python together is what the tools read within their time.
        f"{ROOM}.bounds.Bounds.file_count": 20_000,
        f"{ROOM}.bounds.Bounds.file_bytes": 16 * MIB,
        f"{ROOM}.bounds.Bounds.code_bytes": MIB,
        f"{ROOM}.bounds.Bounds.all_code_bytes": 64 * MIB,
        f"{ROOM}.bounds.Bounds.scan_seconds": 50.0,
        f"{ROOM}.bounds.Bounds.tool_seconds": 20.0,
        # https://rohaquinlop.github.io/complexipy/: 15 is what it allows by default
        f"{ROOM}.bounds.Bounds.complexity": 15,
        f"{ROOM}.bounds.Bounds.listed_count": 2_000,
        f"{ROOM}.code_files.Collected.files": [],
        f"{ROOM}.code_files.Collected.unread": [],
        f"{ROOM}.code_files.Collected.suppressions": [],
        f"{ROOM}.code_files._Collecting.collected": code_files.Collected(files=[], unread=[], suppressions=[]),
        f"{ROOM}.code_files._Collecting.taken_bytes": 0,
        f"{ROOM}.measures.Share.per": 1,
    },
)
