"""What docs/findings.md says is so."""

import re
from datetime import date
from pathlib import Path

from foundation.findings.accepted import accept
from foundation.findings.accepted_file import LONGEST_DAYS, MOST_ACCEPTED, read_accepted
from foundation.findings.comparison import compare
from foundation.findings.sarif import MOST_NOTIFICATIONS, MOST_RESULTS
from infra.checkout import ROOT
from tests.foundation.findings.making import a_finding, found

PAGE = (ROOT / "docs/findings.md").read_text()


def test_the_example_accepts_the_finding_that_it_is_about(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "accepted.yaml").write_text(example)
    last = date(2026, 6, 30)
    entries = read_accepted(tmp_path / "accepted.yaml", today=last)
    accepting = accept(compare(found(a_finding()), None), entries, last)
    assert [each.found.finding.rule for each in accepting.accepted] == ["B605"]
    assert accepting.blocking == ()


def test_its_bounds_are_those_of_the_code() -> None:
    assert f"at most {LONGEST_DAYS} days ahead" in PAGE
    assert f"at most {MOST_ACCEPTED:,} entries" in PAGE
    assert f"at most {MOST_RESULTS:,} results" in PAGE
    assert f"Of notifications it has {MOST_NOTIFICATIONS:,}" in PAGE
