"""A problem is a line for people, and knows its parts."""

from pathlib import Path

from foundation.files.problem import Problem

FILE = Path("a.yaml")


def test_a_problem_is_written_with_all_of_its_parts_and_keeps_them() -> None:
    problem = Problem("is missing", file=FILE, line=3, about=("shop", "fast"), key="spec.target")
    assert problem == "a.yaml:3: shop: fast: spec.target: is missing"
    assert (problem.file, problem.line, problem.about, problem.key, problem.said) == (
        FILE, 3, ("shop", "fast"), "spec.target", "is missing",
    )  # fmt: skip


def test_what_is_of_no_key_is_of_the_document() -> None:
    assert Problem("is empty", file=FILE, line=1) == "a.yaml:1: document: is empty"


def test_what_cannot_be_read_at_all_is_of_the_line() -> None:
    assert Problem("not valid YAML", file=FILE, line=7, plain=True) == "a.yaml:7: not valid YAML"


def test_a_name_as_long_as_a_file_is_cut() -> None:
    problem = Problem("is wrong", file=FILE, line=1, key="k" * 1_000)
    assert problem == f"a.yaml:1: {'k' * 120}: is wrong"
    assert len(problem.key) == 1_000
