"""What the deciding files of checking dependencies declare, stated a second time."""

from datetime import timedelta
from decimal import Decimal

import tdeveloper.gates.dependencies.check as check
import tdeveloper.gates.dependencies.manifests as manifests
import tdeveloper.gates.dependencies.matching as matching
import tdeveloper.gates.dependencies.model as model
import tdeveloper.gates.dependencies.npm_locks as npm_locks
import tdeveloper.gates.dependencies.requirements as requirements
import tdeveloper.gates.dependencies.severity as severity
import tdeveloper.gates.dependencies.tree as tree
import tdeveloper.gates.dependencies.versions as versions
import tdeveloper.gates.dependencies.vulnerabilities as vulnerabilities
from tests.foundation.declared.table import Declared

ROOM = "tdeveloper.gates.dependencies"
DECLARED = Declared(
    constants={
        # A week: advisories that are older are none; a day, because two clocks differ.
        check: {"MAX_AGE": timedelta(days=7), "_AHEAD": timedelta(hours=24)},
        # A requirement takes time in the square of its length; no real one has a tenth of this.
        manifests: {"_LONGEST_CHARACTERS": 2_000},
        requirements: {"_LONGEST_CHARACTERS": 2_000},
        model: {"_NAMED_COUNT": 200, "_SHOWN_CHARACTERS": 100},
        npm_locks: {"_MOST_DEPTH": 60},
        # https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale
        severity: {"_HIGH_FROM": Decimal("7.0"), "_MEDIUM_FROM": Decimal("4.0")},
        # Five names are a sentence.
        tree: {"_NAMED_COUNT": 5},
        vulnerabilities: {"_NAMED_COUNT": 5},
        # https://semver.org/#does-semver-have-a-size-limit-on-the-version-string: 255 is too much already
        versions: {"_LONGEST_CHARACTERS": 256},
    },
    forms=(matching, model, requirements, tree),
    defaults={
        f"{ROOM}.matching.Match.fixed": (),
        # Eight MiB, ten includes deep, half a minute.
        f"{ROOM}.model.Bounds.file_bytes": 8 * 1_048_576,
        f"{ROOM}.model.Bounds.file_count": 2_000,
        f"{ROOM}.model.Bounds.package_count": 100_000,
        f"{ROOM}.model.Bounds.include_depth": 10,
        f"{ROOM}.model.Bounds.scan_seconds": 60 / 2,
        f"{ROOM}.model.Locking.packages": [],
        f"{ROOM}.model.Locking.unread": [],
        f"{ROOM}.model.Locking.names": set(),
        f"{ROOM}.model.Locking.unnamed_count": 0,
        f"{ROOM}.requirements.RequirementsReader.taken": set(),
        f"{ROOM}.tree._Reading.file_count": 0,
        f"{ROOM}.tree._Reading.locked": [],
        f"{ROOM}.tree._Reading.manifests": [],
        f"{ROOM}.tree._Reading.unread": [],
    },
)
