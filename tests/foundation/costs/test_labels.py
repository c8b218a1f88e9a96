"""Every line of a bill has an identifier for programs and a label for people, each its own."""

import re
from decimal import Decimal

from foundation.costs.bill import make_bill
from foundation.costs.book_file import read_book
from foundation.costs.labels import LABELS
from foundation.costs.quantities import LINES
from foundation.costs.traffic_file import read_profiles
from infra.service import T_DEVELOPER


def test_every_line_has_an_identifier_and_a_label_of_its_own() -> None:
    lines = {
        line
        for profile in read_profiles(T_DEVELOPER.traffic_profiles, unit="pipeline").values()
        for line in make_bill(profile, read_book(), per_day=Decimal(50), model=profile.model).lines
    }
    # And those that only resources have.
    of_resources = {"servers", "containers", "load_balancers", "streams", "file_systems", "dns", "builds"}
    assert lines | of_resources == set(LABELS) == set(LINES)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", line) for line in lines)
    assert len(set(LABELS.values())) == len(LABELS)
    assert not any("_" in label for label in LABELS.values())
