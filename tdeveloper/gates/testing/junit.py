"""pytest's JUnit XML, as a file that nobody trusts: no declaration of types, no entity of its own, within bounds.

https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files, in its
family xunit1, which has paths and lines.
"""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

from tdeveloper.gates.testing.claims import (
    MOST_TESTS,
    ClaimedTest,
    ClaimError,
    Outcome,
    each_once,
    shown_message,
    shown_name,
)

MOST_BYTES = 32 << 20
_BEGINNING = re.compile(rb'<\?xml version="1\.0" encoding="utf-8"\?>', re.IGNORECASE)
_MOST_DEPTH = 8
_TEXT_CHARACTERS = 8_192
_MOST_LINE = 10_000_000
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
_RESULTS = {"error": Outcome.ERROR, "failure": Outcome.FAILED, "skipped": Outcome.SKIPPED}
# pytest's word for a module that could not be imported; what happened stands in the text.
_COLLECTION = "collection failure"


def read_junit(content: bytes) -> tuple[ClaimedTest, ...]:
    """The tests that it tells of, each once. Raises ClaimError when it cannot be read or contradicts itself."""
    if len(content) > MOST_BYTES:
        raise ClaimError(f"JUnit: larger than {MOST_BYTES >> 20} MiB")
    if not _BEGINNING.match(content):
        raise ClaimError("JUnit: does not begin as pytest's files do")
    if b"<!" in content:
        raise ClaimError("JUnit: has a declaration or a section, which pytest writes nowhere")
    reading = _Reading()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ClaimError(f"JUnit: no XML: {error}") from error
    if not reading.suite_count:
        raise ClaimError("JUnit: has no suite")
    tests = each_once(reading.tests)
    found = sum(each.outcome.is_bad for each in tests)
    if bool(found) != bool(reading.said_count):
        raise ClaimError(f"JUnit: says {reading.said_count} failures and errors, and has {found}")
    return tests


@dataclass(slots=True, kw_only=True)
class _Reading:
    tests: list[ClaimedTest] = field(default_factory=list[ClaimedTest])
    suite_count: int = 0
    said_count: int = 0
    open: list[str] = field(default_factory=list[str])
    case: dict[str, str] = field(default_factory=dict[str, str])
    result: dict[str, str] = field(default_factory=dict[str, str])
    # How the test that is being read ended, each with its message.
    ends: list[tuple[Outcome, str]] = field(default_factory=list[tuple[Outcome, str]])
    said: list[str] = field(default_factory=list[str])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.open.append(name)
        if len(self.open) > _MOST_DEPTH:
            raise ClaimError(f"JUnit: deeper than {_MOST_DEPTH} elements")
        match self.open:
            case ["testsuites"]:
                pass
            case ["testsuites", "testsuite"]:
                self.suite_count += 1
                self.said_count += _count(attributes, "failures") + _count(attributes, "errors")
            case ["testsuites", "testsuite", "testcase"]:
                if len(self.tests) >= 2 * MOST_TESTS:
                    raise ClaimError(f"JUnit: more than {2 * MOST_TESTS:,} test cases")
                self.case, self.ends = attributes, []
            case ["testsuites", "testsuite", "testcase", _]:
                self.result, self.said = attributes, []
            case ["testsuites", "testsuite", "testcase" | "properties", *_]:
                pass
            case _:
                raise ClaimError(f"JUnit: <{shown_name(name)}> where none is")

    def text(self, data: str) -> None:
        if sum(map(len, self.said)) < _TEXT_CHARACTERS and self.open[-1] in _RESULTS:
            self.said.append(data[-_TEXT_CHARACTERS:])

    def end(self, _name: str) -> None:
        match self.open:
            case ["testsuites", "testsuite", "testcase"]:
                outcome, message = min(self.ends, key=_badness, default=(Outcome.PASSED, ""))
                self.tests.append(_test(self.case, outcome, message))
            case ["testsuites", "testsuite", "testcase", kind] if kind in _RESULTS:
                is_expected = self.result.get("type") == "pytest.xfail"
                outcome = Outcome.XFAILED if kind == "skipped" and is_expected else _RESULTS[kind]
                message = self.result.get("message", "")
                self.ends.append((outcome, _reason("".join(self.said)) if message == _COLLECTION else message))
            case _:
                pass
        self.open.pop()


def _badness(end: tuple[Outcome, str]) -> int:
    return list(Outcome).index(end[0])


def _test(case: dict[str, str], outcome: Outcome, message: str) -> ClaimedTest:
    if not case.get("name"):
        raise ClaimError("JUnit: a test without a name")
    line = case.get("line", "")
    # pytest counts lines from 0.
    number = int(line) + 1 if _COUNT.fullmatch(line) else 0
    return ClaimedTest(
        name=shown_name(f"{case.get('classname', '')}::{case['name']}"),
        outcome=outcome,
        path=plain_path(case.get("file", "")),
        line=number if number <= _MOST_LINE else 0,
        message=shown_message(message),
        # A class that cannot be collected has a class name, too, and counts as a test.
        is_module=not case.get("classname"),
    )


def plain_path(text: str) -> str:
    """A path as a tree has it: relative, with slashes, leading nowhere else; `.` for what is none."""
    path = PurePosixPath(text.replace("\\", "/"))
    is_plain = bool(text) and not path.is_absolute() and ".." not in path.parts and text.isprintable()
    return str(path) if is_plain and len(text) <= 400 else "."


def _reason(text: str) -> str:
    """The last line that pytest marks as the error itself."""
    marked = [line[1:].strip() for line in text.splitlines() if line.startswith("E  ")]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (marked or lines or ["it could not be imported"])[-1]


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "")
    if not _COUNT.fullmatch(value):
        raise ClaimError(f"JUnit: {name} is {shown_name(value)!r}, which is no count")
    return int(value)
