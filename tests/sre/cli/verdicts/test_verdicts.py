"""Verdicts in every format: all say the same of each row, and no text of a user's breaks one of them."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from foundation.errors import InputError
from foundation.readings import NoData
from foundation.slo.outcome import Inconclusive, Miss, Pass
from sre.cli.options import OutputFormat
from sre.cli.outputs.model import Output
from sre.cli.outputs.words import Outcome, outcome_of
from sre.cli.verdicts.junit import to_junit, write_junit
from sre.cli.verdicts.markdown import to_markdown
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.cli.verdicts.show import show
from sre.cli.verdicts.summary import MOST_BYTES, append_summary, fitting
from sre.cli.verdicts.table import print_table


def verdicts(*rows: VerdictRow, notes: tuple[str, ...] = ()) -> Verdicts:
    return Verdicts(
        title="Load test", of="objective", rows=rows, headline="One is missed.", columns=("n",),
        number_columns=frozenset({"n"}), notes=notes,
    )  # fmt: skip


def row(name: str, outcome: Outcome, reason: str = "5 bad of 100", *, group: str = "", cell: str = "100") -> VerdictRow:
    return VerdictRow(name=name, outcome=outcome, reason=reason, cells=(cell,), group=group)


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - what is written here, and no other's


ONE_OF_EACH = verdicts(*(row(f"slo-{each.value}", each) for each in Outcome), notes=("Two were left out.",))


def test_markdown_has_the_headline_a_table_with_what_missed_first_and_the_notes() -> None:
    assert to_markdown(ONE_OF_EACH).splitlines() == [
        "## Load test",
        "",
        "One is missed.",
        "",
        "| objective | n | outcome | reason |",
        "| --- | ---: | --- | --- |",
        "| slo-miss | 100 | miss | 5 bad of 100 |",
        "| slo-inconclusive | 100 | inconclusive | 5 bad of 100 |",
        r"| slo-no\_data | 100 | no data | 5 bad of 100 |",
        "| slo-pass | 100 | pass | 5 bad of 100 |",
        "",
        "- Two were left out.",
    ]


def test_junit_has_a_failure_for_a_miss_an_error_for_the_undecided_and_skips_what_has_no_data() -> None:
    (suite,) = parsed(to_junit(ONE_OF_EACH))
    assert {each: suite.get(each) for each in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "1", "skipped": "1",
    }  # fmt: skip
    assert {case.get("name"): [each.tag for each in case] for case in suite} == {
        "slo-pass": [], "slo-miss": ["failure"], "slo-inconclusive": ["error"], "slo-no_data": ["skipped"],
    }  # fmt: skip


def test_junit_has_a_suite_a_group_also_where_its_rows_are_apart() -> None:
    made = verdicts(*(row(name, Outcome.PASS, group=group) for name, group in (("a", "x"), ("b", "y"), ("c", "x"))))
    assert [(suite.get("name"), [case.get("name") for case in suite]) for suite in parsed(to_junit(made))] == [
        ("x", ["a", "c"]), ("y", ["b"]),
    ]  # fmt: skip


def test_junit_has_the_seconds_and_the_whole_reason() -> None:
    took = VerdictRow(name="a", outcome=Outcome.MISS, reason="line 1\nline 2", cells=("1",), took_seconds=1.5)
    (case,) = parsed(to_junit(verdicts(took)))[0]
    assert case.get("time") == "1.5"
    assert (case[0].get("message"), case[0].text) == ("line 1", "line 1\nline 2")


@given(st.text(), st.text(), st.sampled_from(Outcome))
def test_no_text_breaks_the_xml_or_the_table(name: str, reason: str, outcome: Outcome) -> None:
    made = verdicts(row(name, outcome, reason, group=name, cell=reason))
    assert len(parsed(to_junit(made))[0]) == 1
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(made))
    assert [each.type for each in tokens].count("td_open") == 4
    assert not [each for each in tokens if each.type == "html_block"]


def test_the_table_has_every_row_whatever_stands_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(verdicts(row("[bold]x", Outcome.NO_DATA, "a\x1b[2J")))
    printed = capsys.readouterr().out
    assert "[bold]x" in printed
    assert "no data" in printed
    assert r"a\x1b[2J" in printed


def test_a_row_with_other_cells_than_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="0 cells under 1 columns"):
        verdicts(VerdictRow(name="a", outcome=Outcome.PASS, reason=""))


@pytest.mark.parametrize(
    ("output_format", "begin"),
    [("table", "Load test"), ("json", '{\n  "schema_version": 1\n}\n'), ("markdown", "## Load test\n"), ("junit", "<testsuites")],
)  # fmt: skip
def test_each_format_is_printed_and_the_summary_is_markdown_in_each(
    output_format: OutputFormat, begin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    show(ONE_OF_EACH, Output(), output_format)
    assert capsys.readouterr().out.startswith(begin)
    assert (tmp_path / "summary.md").read_text() == to_markdown(ONE_OF_EACH) + "\n"


def test_a_command_prints_its_own_text_in_place_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    show(ONE_OF_EACH, Output(), "table", as_text=lambda: print("own"))
    assert capsys.readouterr().out == "own\n"


def test_a_summary_is_appended_and_stays_within_what_github_shows(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    append_summary("one", {"GITHUB_STEP_SUMMARY": str(file)})
    append_summary("two", {"GITHUB_STEP_SUMMARY": str(file)})
    assert file.read_text() == "one\ntwo\n"
    for _ in range(3):
        append_summary("é" * 99 + "\n" + "x" * 600_000, {"GITHUB_STEP_SUMMARY": str(file)})
    assert MOST_BYTES - 700_000 < file.stat().st_size <= MOST_BYTES
    assert file.read_text().rstrip().endswith("The rest is left out: GitHub takes 1 MiB a step.")


@given(st.integers(0, 200))
def test_a_summary_that_is_cut_ends_with_a_whole_line(more: int) -> None:
    text = "".join(f"{'é' * 10} {number}\n" for number in range(30))
    cut = fitting(text, 100 + more).decode()
    assert len(cut.encode()) <= 100 + more
    assert text.startswith(cut.partition("\n\nThe rest")[0])


def test_without_the_variable_nothing_is_written_and_where_it_cannot_be_the_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append_summary("one", {})
    append_summary("one", {"GITHUB_STEP_SUMMARY": ""})
    assert capsys.readouterr() == ("", "")
    for name in (str(tmp_path), str(tmp_path / "gone" / "summary.md"), "a\0b"):
        append_summary("one", {"GITHUB_STEP_SUMMARY": name})
        assert "GITHUB_STEP_SUMMARY" in capsys.readouterr().err


def test_junit_is_written_to_a_file_whole_or_refused_by_its_option(tmp_path: Path) -> None:
    write_junit(ONE_OF_EACH, tmp_path / "junit.xml")
    assert (tmp_path / "junit.xml").read_text() == to_junit(ONE_OF_EACH)
    with pytest.raises(InputError, match=r"--junit: .*: cannot be written"):
        write_junit(ONE_OF_EACH, tmp_path / "junit.xml" / "below")


def test_each_verdict_has_its_outcome() -> None:
    assert [
        outcome_of(each)
        for each in (
            Pass(reasoning=""), Miss(reasoning=""), Inconclusive(reasoning="", missing_count=None), NoData(reason=""),
        )
    ] == [Outcome.PASS, Outcome.MISS, Outcome.INCONCLUSIVE, Outcome.NO_DATA]  # fmt: skip
