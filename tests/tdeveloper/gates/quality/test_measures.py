"""Rates by hand, and what is said where there is none."""

from decimal import Decimal

from foundation.findings.model import Finding, Severity, Unread
from tdeveloper.gates.quality.annotations import Annotated
from tdeveloper.gates.quality.code_files import CodeFile
from tdeveloper.gates.quality.duplication import Duplication
from tdeveloper.gates.quality.looked import Looked
from tdeveloper.gates.quality.measures import Absent, Share, Unknown, measure
from tdeveloper.gates.tool import Broke, Trouble

NO_CODE = Absent(why="there is no line of Python")
NONE_READ = Unknown(why="no file could be looked at")


def a_file(name: str = "a.py", *, lines: int = 10, is_notebook: bool = False) -> CodeFile:
    return CodeFile(name=name, copy=name, is_notebook=is_notebook, line_count=2 * lines, code_line_count=lines)


def a_finding(severity: Severity, path: str = "a.py") -> Finding:
    return Finding(tool="t", rule="r", severity=severity, confidence="HIGH", path=path, line=1, message="m")


def looked(*files: CodeFile, findings: tuple[Finding, ...] = ()) -> Looked:
    return Looked(findings=findings, unread=(), files=files)


def annotated(count: int = 0, of_count: int = 0, *unread: str) -> Annotated:
    names = tuple(Unread(path=name, why="x") for name in unread)
    return Annotated(annotated_count=count, place_count=of_count, unread=names)


def duplicated(count: int = 0) -> Duplication:
    return Duplication(findings=(), duplicated_line_count=count)


def test_rates_are_over_the_lines_of_the_files_that_were_looked_at() -> None:
    a, b = a_file(lines=300), a_file("b.py", lines=200)
    findings = (
        a_finding(Severity.HIGH),
        a_finding(Severity.MEDIUM),
        a_finding(Severity.LOW),
        a_finding(Severity.HIGH, "b.py"),
    )
    tangled = (a_finding(Severity.LOW),)
    measures = measure(
        [a, b], looked(a, findings=findings), looked(a, b, findings=tangled), duplicated(30), annotated(3, 4)
    )
    assert measures.code_line_count == 500
    assert measures.defects_per_1000_lines == Share(count=2, of_count=300, per=1000)
    assert measures.complex_functions_per_1000_lines == Share(count=1, of_count=500, per=1000)
    assert measures.duplicated_ratio == Share(count=30, of_count=1000)
    assert measures.annotated_ratio == Share(count=3, of_count=4)
    assert measures.to_dict() == {
        "code_line_count": 500,
        "defects_per_1000_lines": {"value": 6.6667, "count": 2, "of_count": 300},
        "complex_functions_per_1000_lines": {"value": 2.0, "count": 1, "of_count": 500},
        "duplicated_ratio": {"value": 0.03, "count": 30, "of_count": 1000},
        "annotated_ratio": {"value": 0.75, "count": 3, "of_count": 4},
    }


def test_a_value_is_a_decimal_of_four_places() -> None:
    assert Share(count=2, of_count=300, per=1000).value == Decimal("6.6667")
    assert Share(count=1, of_count=3).value == Decimal("0.3333")


def test_a_tree_without_python_has_nothing_to_measure() -> None:
    measures = measure([], looked(), looked(), duplicated(), annotated())
    assert (measures.code_line_count, measures.defects_per_1000_lines) == (0, NO_CODE)
    assert measures.complex_functions_per_1000_lines == measures.duplicated_ratio == NO_CODE
    assert measures.annotated_ratio == Absent(why="there is no place for an annotation")
    assert measures.to_dict()["duplicated_ratio"] == {"value": None, "why": "there is no line of Python"}


def test_what_no_tool_looked_at_is_unknown_and_not_nothing() -> None:
    broke = Broke(why="jscpd: was ended by SIGSEGV", trouble=Trouble.CRASHED)
    measures = measure([a_file()], looked(), looked(), broke, annotated(0, 0, "a.py"))
    assert measures.defects_per_1000_lines == measures.complex_functions_per_1000_lines == NONE_READ
    assert measures.duplicated_ratio == Unknown(why="jscpd: was ended by SIGSEGV")
    assert measures.annotated_ratio == Unknown(why="no file with a function could be parsed")
    assert measures.to_dict()["annotated_ratio"] == {"value": None, "why": "no file with a function could be parsed"}


def test_a_tree_of_notebooks_has_defects_and_no_modules() -> None:
    notebook = a_file("a.ipynb", is_notebook=True)
    measures = measure([notebook], looked(notebook), looked(), duplicated(), annotated())
    assert measures.defects_per_1000_lines == Share(count=0, of_count=10, per=1000)
    assert measures.complex_functions_per_1000_lines == measures.duplicated_ratio == NO_CODE
    assert measures.annotated_ratio == Absent(why="there is no place for an annotation")


def test_annotations_are_those_of_what_could_be_parsed() -> None:
    measured = measure([a_file()], looked(), looked(), duplicated(), annotated(0, 2, "b.py")).annotated_ratio
    assert measured == Share(count=0, of_count=2)
