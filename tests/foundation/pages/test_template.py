"""The parts of pages that all of them are made from."""

from pathlib import Path
from types import SimpleNamespace

from foundation.pages.template import filled


def test_an_amount_in_a_heads_name_is_not_broken_either(tmp_path: Path) -> None:
    page = tmp_path / "page.html.j2"
    page.write_text('{% import "parts.html.j2" as parts %}{{ parts.table(table) }}')
    columns = [SimpleNamespace(name=name, is_number=False) for name in ("objective", "burn rate 1 h")]
    table = SimpleNamespace(caption="Budgets over 28 d", columns=columns, rows=[("api", "3 d")], empty="")
    html = filled(page, table=table)
    assert '>burn rate <span class="q">1 h</span></th>' in html
    assert '<caption>Budgets over <span class="q">28 d</span></caption>' in html
