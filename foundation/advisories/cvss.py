"""The base score of a CVSS 3 vector, by the published formula. Vectors of other versions have no score here.

https://www.first.org/cvss/v3.1/specification-document, sections 7.1, 7.4 and appendix A. What 3.1 adds to
the rounding of 3.0 is for binary fractions; of decimal ones no score of the two differs.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType

_WEIGHTS: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        "AV": {"N": Decimal("0.85"), "A": Decimal("0.62"), "L": Decimal("0.55"), "P": Decimal("0.2")},
        "AC": {"L": Decimal("0.77"), "H": Decimal("0.44")},
        "UI": {"N": Decimal("0.85"), "R": Decimal("0.62")},
        **{name: {"H": Decimal("0.56"), "L": Decimal("0.22"), "N": Decimal(0)} for name in "CIA"},
    }
)
# What privileges weigh depends on whether the scope changes.
_PRIVILEGES: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        "U": {"N": Decimal("0.85"), "L": Decimal("0.62"), "H": Decimal("0.27")},
        "C": {"N": Decimal("0.85"), "L": Decimal("0.68"), "H": Decimal("0.5")},
    }
)
_LONGEST_CHARACTERS = 300
_TENTH = Decimal("0.1")


def base_score(vector: str) -> Decimal | None:
    """The base score, 0.0 to 10.0, of a vector such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H; None where it is none."""
    version, *parts = vector[: _LONGEST_CHARACTERS + 1].split("/")
    metrics = {name: value for name, _, value in (part.partition(":") for part in parts)}
    if version not in ("CVSS:3.0", "CVSS:3.1") or len(vector) > _LONGEST_CHARACTERS or len(metrics) != len(parts):
        return None
    try:
        scope = metrics["S"]
        weight = {name: weights[metrics[name]] for name, weights in _WEIGHTS.items()}
        weight["PR"] = _PRIVILEGES[scope][metrics["PR"]]
    except KeyError:
        return None
    subscore = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    if scope == "U":
        impact = Decimal("6.42") * subscore
    else:
        impact = Decimal("7.52") * (subscore - Decimal("0.029")) - Decimal("3.25") * (subscore - Decimal("0.02")) ** 15
    if impact <= 0:
        return Decimal("0.0")
    exploitability = Decimal("8.22") * weight["AV"] * weight["AC"] * weight["PR"] * weight["UI"]
    both = impact + exploitability
    raw = min(both if scope == "U" else Decimal("1.08") * both, Decimal(10))
    return raw.quantize(_TENTH, ROUND_CEILING)
