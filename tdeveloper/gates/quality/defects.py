"""Which of ruff's rules are defects, how severe each is, and why: the table that the gate selects and judges by.

A rule is here when what it finds fails, or does something else than is written, when the line runs. Style, naming, order,
age of syntax and what is only unused are not here. Rules: https://docs.astral.sh/ruff/rules/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from foundation.findings.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Rules of one kind, of one severity, for one reason."""

    name: str
    severity: Severity
    reason: str
    rules: tuple[str, ...]


FAMILIES = (
    Family(
        name="names that are not there",
        severity=Severity.HIGH,
        reason="NameError or UnboundLocalError when the line runs",
        rules=("F821", "F823"),
    ),
    Family(
        name="code that does not compile",
        severity=Severity.HIGH,
        reason="SyntaxError when the module is imported, so nothing of it runs",
        rules=(
            "F404", "F407", "F406", "F621", "F622", "F701", "F702", "F704", "F706", "F707", "PLE0115", "PLE0117", "PLE0118",
            "PLE1142", "PLE1700",
        ),
    ),
    Family(
        name="formats that do not fit their values",
        severity=Severity.HIGH,
        reason="TypeError, ValueError, KeyError or IndexError when the text is made; in logging, a message that is lost",
        rules=(
            "F501", "F502", "F503", "F505", "F506", "F507", "F508", "F509", "F521", "F524", "F525", "PLE1205", "PLE1206",
            "PLE1300", "PLE1307",
        ),
    ),
    Family(
        name="what Python refuses when it runs",
        severity=Severity.HIGH,
        reason="TypeError, ValueError, AttributeError or IndexError whenever the line is reached",
        rules=(
            "B016", "B030", "F633", "PLE0100", "PLE0101", "PLE0237", "PLE0241", "PLE0303", "PLE0304", "PLE0305", "PLE0307",
            "PLE0308", "PLE0309", "PLE0604", "PLE0643", "PLE1132", "PLE1507", "PLW0245", "PLW1501", "RUF008", "RUF016",
        ),
    ),
    Family(
        name="exports that are not there",
        severity=Severity.MEDIUM,
        reason="AttributeError when all of a module is imported, unless the module makes the name on demand",
        rules=("F822",),
    ),
    Family(
        name="one value shared by all calls",
        severity=Severity.MEDIUM,
        reason="a default, a key or a cache is made once and changed by every caller, or kept for ever",
        rules=("B006", "B019", "B023", "B039", "RUF024", "RUF026", "RUF033"),
    ),
    Family(
        name="conditions that decide nothing",
        severity=Severity.MEDIUM,
        reason="always true, always false or never looked at, so a check that somebody relies on is none",
        rules=(
            "B015", "F631", "F632", "F634", "PLR0124", "PLW0129", "PLW0177", "PLW2101", "SIM222", "SIM223", "SIM220", "SIM221",
            "RUF030", "RUF040", "RUF060",
        ),
    ),
    Family(
        name="errors that are caught wrongly, or never raised",
        severity=Severity.MEDIUM,
        reason="an exception is swallowed, is not what is caught, or is made and not raised",
        rules=("B012", "B022", "B025", "B029", "F901", "PLE0116", "PLE0704", "PLW0133", "PLW0711"),
    ),
    Family(
        name="written and lost",
        severity=Severity.MEDIUM,
        reason="of two things of one name the first is never used: a function, a test, a key, a field, a member",
        rules=("B035", "F601", "F602", "F811", "PIE794", "PIE796", "PLW0128", "F402", "B020"),
    ),
    Family(
        name="does something else than it says",
        severity=Severity.MEDIUM,
        reason="the call or the expression is valid and means something else",
        rules=(
            "B002", "B003", "B005", "B031", "B032", "B034", "F522", "F523", "F722", "PLE0302", "PLE0605", "PLE1310", "PLE1519",
            "PLE1520", "PLW0211", "PLW1507", "PLW1508", "RUF018", "RUF032", "RUF049", "RUF064",
        ),
    ),
    Family(
        name="reads other than it runs",
        severity=Severity.MEDIUM,
        reason="invisible or directional characters make a person read other code than Python does",
        rules=("PLE2502", "PLE2510", "PLE2512", "PLE2513", "PLE2514", "PLE2515"),
    ),
    Family(
        name="stops or blocks a service",
        severity=Severity.MEDIUM,
        reason="a debugger waits for a person, a blocking call in async code stops every other task, a task may vanish half-way",
        rules=("ASYNC100", "ASYNC105", "ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC251", "RUF006", "T100"),
    ),
    Family(
        name="likely slips",
        severity=Severity.LOW,
        reason="harmless as it stands, and often the trace of something that was meant to be there; a star import hides "
        "names that are not there",
        rules=("B004", "B011", "B014", "B017", "B018", "B021", "B033", "E722", "F403", "F504", "F541", "PLW0127", "W605"),
    ),
)  # fmt: skip

SEVERITY_BY_RULE: Mapping[str, Severity] = MappingProxyType(
    {rule: family.severity for family in FAMILIES for rule in family.rules}
)
