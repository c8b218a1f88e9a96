"""Steps as plain JSON: what comes back is what went in, and it runs where there is nothing but the standard library."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from canaries.definitions import read_canaries
from foundation.steps.drawing import FromEnvironment, Given, OneOf, Recent, Rows, Unique, WholeNumber
from foundation.steps.model import HeaderFromEnvironment, Relation, SigV4
from foundation.steps.plain import Check, read, written
from infra.checkout import ROOT
from loadtests.flows import Conversation
from tests.foundation.steps.factories import check, place, repeat, step
from tests.loadtests.flows_of_ours import FLOWS

WHOLE = Check(
    steps=(
        step(
            query=(("q", "{a}"),), headers=(("x-a", "b"),), body={"n": Decimal("1.25"), "of": [None, True, 2, "{a}"]},
            has_body=True, authorisation=SigV4(service="lambda"), expected_statuses=frozenset({200, 202}),
            checks=(check(Relation.EQUALS, Decimal("3.6")), check(Relation.ONE_OF, ["a", 1])), keeps=(("id", place("$[0].id")),),
            pause_seconds=0.25, repeat=repeat(check(Relation.EXISTS)),
        ),
        step(authorisation=HeaderFromEnvironment(header="x-key", variable="KEY", prefix="Bearer ")),
    ),
    values={
        "one": OneOf(values=("a", 2, Decimal("1.5"), True)), "n": WholeNumber(least=1, most=2), "u": Unique(),
        "t": Rows(columns=("a", "b"), rows=(("x", Decimal("0.1")),)), "r": Recent(kept="id"), "g": Given(otherwise="c"),
        "e": FromEnvironment(variable="TOKEN"),
    },
)  # fmt: skip


def test_what_was_written_is_read_back() -> None:
    assert read(written(WHOLE)) == WHOLE


def test_every_flow_and_check_of_the_repository_is_read_back() -> None:
    shop = read_canaries(ROOT / "examples" / "orders" / "canaries.yaml")
    found = [each.check for each in shop.canaries if each.check is not None]
    found += [
        Check(steps=flow.kind.steps, values=flow.kind.values) for flow in FLOWS if isinstance(flow.kind, Conversation)
    ]
    assert len(found) == 4
    assert [read(written(each)) for each in found] == found


def test_it_is_read_and_run_with_the_standard_library_alone(tmp_path: Path) -> None:
    (tmp_path / "check.json").write_text(written(WHOLE))
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from foundation.steps.plain import read\n"
        "from foundation.steps.running import converse\n"
        f"check = read(Path({str(tmp_path / 'check.json')!r}).read_text())\n"
        "print(next(converse(check.steps, {'a': '1', 'id': 'o'})).seconds)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0.25\n", "")
