"""The base score of CVSS 3, on the published examples (https://www.first.org/cvss/v3.1/examples) and on what is no vector."""

from decimal import Decimal

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
