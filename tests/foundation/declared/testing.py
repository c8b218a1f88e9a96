"""What the deciding files of the test gate declare, stated a second time."""

from decimal import Decimal

import tdeveloper.gates.testing.against_base as against_base
import tdeveloper.gates.testing.claims as claims
import tdeveloper.gates.testing.coverage_json as coverage_json
import tdeveloper.gates.testing.events as events
import tdeveloper.gates.testing.installing as installing
import tdeveloper.gates.testing.junit as junit
import tdeveloper.gates.testing.layers as layers
import tdeveloper.gates.testing.locks.find as find
import tdeveloper.gates.testing.locks.model as model
import tdeveloper.gates.testing.locks.poetry as poetry
import tdeveloper.gates.testing.locks.requirements as requirements
import tdeveloper.gates.testing.locks.toml_text as toml_text
import tdeveloper.gates.testing.locks.uv as uv
import tdeveloper.gates.testing.modules as modules
import tdeveloper.gates.testing.pragmas as pragmas
import tdeveloper.gates.testing.reading as reading
import tdeveloper.gates.testing.scan as scan
from tests.foundation.declared.table import BILLION, Declared, nothing

ROOM = "tdeveloper.gates.testing"
KIB, MIB, GIB = 1_024, 1_048_576, 1_073_741_824
LINES = 10_000_000
DECLARED = Declared(
    constants={
        # A name is as long as a path may be, a message is a paragraph; four digits after the dot.
        claims: {
            "MOST_TESTS": 100_000,
            "_NAME_CHARACTERS": 1_000,
            # 64 bits of its digest: two of 100,000 names are the same with a chance of one to billions.
            "_DIGEST_CHARACTERS": 64 // 4,
            "_MESSAGE_CHARACTERS": 500,
            "_PLACES": Decimal(1) / 10_000,
        },
        coverage_json: {"MOST_BYTES": 64 * MIB, "_MOST_FILES": 100_000, "_MOST_COUNT": BILLION},
        # Five lines a test.
        events: {"_MOST_LINES": 5 * 100_000, "_MOST_LINE_BYTES": MIB},
        # Twice a second; what uv says last is a page or two.
        installing: {"_LOOK_SECONDS": 1 / 2, "_SAID_BYTES": 64 * KIB},
        # Suites, suite, case, result: pytest's own depth twice over.
        junit: {"MOST_BYTES": 32 * MIB, "_MOST_DEPTH": 2 * 4, "_MOST_LINE": LINES, "_TEXT_CHARACTERS": 8 * KIB},
        # Five times a second; the making of a layer has ten minutes, and half as many again.
        layers: {"_LOOK_SECONDS": 1 / 5, "_WAIT_SECONDS": 600 * 1.5},
        # In a message a name is two lines of a terminal.
        against_base: {"_NAME_CHARACTERS": 200},
        scan: {"_NAME_CHARACTERS": 200},
        find: {"_MOST_FILES": 50},
        model: {"MOST_PACKAGES": 2_000, "_MOST_HASHES": 1_000, "_MARKER_CHARACTERS": 4_000},
        # A package has a thousand hashes of two hundred characters at most.
        requirements: {"_MOST_BYTES": 8 * MIB, "_MOST_LINE_CHARACTERS": 1_000 * 200},
        toml_text: {"MOST_BYTES": 16 * MIB},
        # `google`, and what several distributions share below it.
        modules: {"_MOST_ENTRIES": 200_000, "_MOST_SHARED_DEPTH": 3},
        pragmas: {"_MOST_BYTES": MIB, "_MOST_PRAGMAS": 2_000},
        # https://docs.pytest.org/en/stable/reference/exit-codes.html
        reading: {"_PASSED": 0, "_FAILED": 1, "_NOTHING": 5},
    },
    forms=(claims, coverage_json, events, installing, junit, poetry, reading, uv),
    bounds={
        **{
            f"{ROOM}.coverage_json._Summary.{each}": {"ge": 0, "le": BILLION}
            for each in ("covered_lines", "num_statements", "covered_branches", "num_branches")
        },
        f"{ROOM}.events._Ended.line": {"ge": 0, "le": LINES},
        f"{ROOM}.events._Collected.count": {"ge": 0},
    },
    defaults={
        **nothing("""\
tdeveloper.gates.testing.events._Ended: line missing limit
tdeveloper.gates.testing.locks.poetry._Package: markers files source
tdeveloper.gates.testing.locks.uv._File: url path hash
tdeveloper.gates.testing.locks.uv._Edge: version source marker
tdeveloper.gates.testing.locks.uv._Package: version sdist
tdeveloper.gates.testing.reading.Told: coverage_trouble
"""),
        f"{ROOM}.claims.ClaimedTest.is_module": False,
        f"{ROOM}.events._Ended.is_module": False,
        f"{ROOM}.events._Ended.file": "",
        f"{ROOM}.events._Ended.message": "",
        f"{ROOM}.installing.Installing.environment": {},
        # Ten minutes, and two GiB.
        f"{ROOM}.installing.Installing.seconds": 10 * 60.0,
        f"{ROOM}.installing.Installing.most_bytes": 2 * GIB,
        f"{ROOM}.installing.Installing.is_offline": False,
        f"{ROOM}.junit._Reading.tests": [],
        f"{ROOM}.junit._Reading.suite_count": 0,
        f"{ROOM}.junit._Reading.said_count": 0,
        f"{ROOM}.junit._Reading.open": [],
        f"{ROOM}.junit._Reading.case": {},
        f"{ROOM}.junit._Reading.result": {},
        f"{ROOM}.junit._Reading.ends": [],
        f"{ROOM}.junit._Reading.said": [],
        f"{ROOM}.locks.poetry._Source.type": "",
        # Any Python.
        f"{ROOM}.locks.poetry._Package.python": "*",
        f"{ROOM}.locks.poetry._Metadata.files": {},
        f"{ROOM}.locks.poetry._Lock.packages": [],
        f"{ROOM}.locks.uv._Edge.extra": [],
        f"{ROOM}.locks.uv._Package.wheels": [],
        f"{ROOM}.locks.uv._Package.dependencies": [],
        f"{ROOM}.locks.uv._Package.optional": {},
        f"{ROOM}.locks.uv._Package.dev": {},
        f"{ROOM}.locks.uv._Package.markers": [],
        f"{ROOM}.locks.uv._Lock.packages": [],
    },
)
