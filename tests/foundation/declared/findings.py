"""What the deciding files of findings declare, stated a second time."""

import foundation.findings.accepted as accepted
import foundation.findings.accepted_file as accepted_file
import foundation.findings.junit as junit
import foundation.findings.sarif as sarif
import foundation.findings.sarif_parts as sarif_parts
from tests.foundation.declared.table import Declared, nothing

ENTRY = "foundation.findings.accepted_file._Entry"
DECLARED = Declared(
    constants={
        # A leap year: whoever answers for a finding is asked again once a year.
        accepted_file: {"LONGEST_DAYS": 366, "MOST_ACCEPTED": 1_000},
        junit: {"MOST_CASES": 2_000},
        # https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit:
        # of a run GitHub keeps 5,000 results.
        sarif: {"MOST_RESULTS": 5_000, "MOST_NOTIFICATIONS": 1_000},
        sarif_parts: {"MOST_MESSAGE_CHARACTERS": 1_000},
    },
    forms=(accepted, accepted_file, sarif_parts),
    bounds={
        # A sentence, and one that stands in a line of a table.
        f"{ENTRY}.reason": {"min_length": 10, "max_length": 400},
        f"{ENTRY}.owner": {"min_length": 1, "max_length": 100},
        f"{ENTRY}.rule": {"min_length": 1, "max_length": 200},
        f"{ENTRY}.path": {"min_length": 1, "max_length": 1_000},
        "foundation.findings.accepted_file._Accepted.accepted": {"max_length": 1_000},
    },
    defaults={
        **nothing("""\
foundation.findings.accepted.Acceptance: rule path
foundation.findings.accepted_file._Entry: rule path
foundation.findings.sarif_parts.Notice: path
"""),
        # Below the first line is the whole file.
        "foundation.findings.sarif_parts.Notice.line": 0,
    },
)
