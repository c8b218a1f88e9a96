"""Slow answers in the log of a canary's run: what is written is read back, and nothing else is taken for one."""

import json

from canaries.slow_answers import SlowAnswer, slow_answers

ONE = SlowAnswer(request="POST /v1/pipelines", took_ms=2_176.0, slow_after_ms=1_000.0)


def test_what_is_written_is_read_back_in_order() -> None:
    other = SlowAnswer(request="GET /v1/health", took_ms=1_260.0, slow_after_ms=1_000.0)
    log = "\n".join(("GET /v1/health: ConnectionResetError; trying again (1 of 2)", ONE.line, "", other.line))
    assert slow_answers(log) == (ONE, other)


def test_a_line_can_be_found_by_its_fields() -> None:
    assert json.loads(ONE.line) == {"slow_answer": "POST /v1/pipelines", "took_ms": 2_176.0, "slow_after_ms": 1_000.0}


def test_other_lines_are_none_whatever_they_look_like() -> None:
    lines = (
        "{",
        "{}",
        "[1]",
        '{"slow_answer": "GET /"}',
        '{"slow_answer": "GET /", "took_ms": "x", "slow_after_ms": 1}',
    )
    assert slow_answers("\n".join(lines)) == ()
