"""What the deciding files of advisories declare, stated a second time."""

from decimal import Decimal

import foundation.advisories.cvss as cvss
import foundation.advisories.snapshot_file as snapshot_file
from tests.foundation.declared.table import Declared

DECLARED = Declared(
    constants={
        # https://www.first.org/cvss/v3.1/specification-document, 7: a score has one digit after the dot; all metrics of a vector
        # have less than half of 300 characters.
        cvss: {"_LONGEST_CHARACTERS": 300, "_TENTH": Decimal(1) / 10},
        # 128 MiB as a file, and four times that without compression.
        # https://www.zlib.net/manual.html#Advanced: 15 is the largest window, and 16 more is gzip's form alone.
        snapshot_file: {
            "FORMAT": 1,
            "_MOST_BYTES": 128 * 1_048_576,
            "_MOST_JSON_BYTES": 4 * 128 * 1_048_576,
            "_WINDOW": 15 + 16,
        },
    },
)
