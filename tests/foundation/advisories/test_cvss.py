"""The base score of CVSS 3, on the published examples (https://www.first.org/cvss/v3.1/examples) and on what is no vector."""

from decimal import Decimal
from itertools import product

import pytest

from foundation.advisories.cvss import base_score

EXAMPLES = {
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N": "6.1",  # phpMyAdmin, CVE-2013-1937
    "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N": "6.4",  # MySQL, CVE-2013-0375
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N": "3.1",  # SSLv3 POODLE, CVE-2014-3566
    "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H": "9.9",  # VMware, CVE-2012-1516
    "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H": "7.8",  # Adobe Reader, CVE-2009-0658
    "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H": "8.8",  # Cisco, CVE-2011-1265
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N": "7.5",  # Heartbleed, CVE-2014-0160
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H": "9.8",  # Shellshock, CVE-2014-6271
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N": "6.8",  # DNS Kaminsky, CVE-2008-1447
    "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N": "0.0",  # no impact at all
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H": "10.0",
    "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H": "7.2",
    "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H": "9.1",
}


@pytest.mark.parametrize(("vector", "score"), EXAMPLES.items())
def test_a_vector_has_its_published_score(vector: str, score: str) -> None:
    assert base_score(vector) == Decimal(score)


def test_version_3_0_has_the_same_scores() -> None:
    assert all(base_score(vector.replace("3.1", "3.0")) == Decimal(score) for vector, score in EXAMPLES.items())


def test_metrics_of_time_and_place_behind_the_base_change_nothing() -> None:
    assert base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/CR:L") == Decimal("9.8")


@pytest.mark.parametrize(
    "vector",
    [
        "",
        "9.8",
        "AV:N/AC:L/Au:N/C:P/I:P/A:P",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
        "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:X/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" + "/X:Y" * 1_000,
    ],
)
def test_what_is_no_whole_vector_of_version_3_has_no_score(vector: str) -> None:
    assert base_score(vector) is None


# As appendix 7.4 of https://www.first.org/cvss/v3.1/specification-document has them, in floats.
ATTACKED = {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}
COMPLEX = {"L": 0.77, "H": 0.44}
PRIVILEGED = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
INTERACTIVE = {"N": 0.85, "R": 0.62}
HURT = {"H": 0.56, "L": 0.22, "N": 0.0}


def rounded_up(value: float) -> float:
    """Appendix A of the specification, in its own words."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def by_the_specification(av: str, ac: str, pr: str, ui: str, s: str, c: str, i: str, a: str) -> float:
    subscore = 1 - (1 - HURT[c]) * (1 - HURT[i]) * (1 - HURT[a])
    impact = 6.42 * subscore if s == "U" else 7.52 * (subscore - 0.029) - 3.25 * (subscore - 0.02) ** 15
    exploitability = 8.22 * ATTACKED[av] * COMPLEX[ac] * PRIVILEGED[s][pr] * INTERACTIVE[ui]
    if impact <= 0:
        return 0.0
    return rounded_up(min((impact + exploitability) * (1 if s == "U" else 1.08), 10))


def test_all_2592_vectors_have_the_score_that_the_specification_computes() -> None:
    kinds = [("AV", "NALP"), ("AC", "LH"), ("PR", "NLH"), ("UI", "NR"), ("S", "UC"), *((name, "HLN") for name in "CIA")]
    vectors = list(product(*(values for _, values in kinds)))
    assert len(vectors) == 2_592
    for values in vectors:
        vector = "/".join(("CVSS:3.1", *(f"{name}:{value}" for (name, _), value in zip(kinds, values, strict=True))))
        assert base_score(vector) == Decimal(str(by_the_specification(*values))), vector


def test_the_longest_vector_has_a_score_and_one_character_more_has_none() -> None:
    base = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/X:"
    assert base_score(base.ljust(300, "Y")) == Decimal("9.8")
    assert base_score(base.ljust(301, "Y")) is None
