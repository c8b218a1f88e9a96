"""Every parameter of every command is given what it must refuse, read from click itself: a new option needs no edit here.

Each line ends in time with a documented exit code and one message, no "bug", no process and nothing half-written.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from loadtests.result import write_result
from sre.cli.main import sre
from sre.cli.types.times import Duration
from sre.cli.types.written import Written
from tests.loadtests.factories import a_result
from tests.sre.cli.bad_values import ANSWERED, Bad, Places, UnknownTypeError, line_with, make_places, values_of
from tests.sre.cli.fuzz_server import STARTED, Ended, Line, Server, Stdout
from tests.sre.cli.test_main import commands, declared

# One server a process of pytest, and few processes: it has all imports of all commands.
pytestmark = pytest.mark.xdist_group("fuzz")

BIN = "/usr/bin:/bin"
# What a file holds that cannot be read is what they are asked about: they answer that it cannot.
ANSWERS_ABOUT_FILES = frozenset({"sre doctor"})


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    root = tmp_path_factory.mktemp("places")
    write_result(a_result(good=5_000), root / "result")
    return make_places(root / "named", result=(root / "result").read_bytes())


def environment(temporary: str, **more: str) -> dict[str, str]:
    """No AWS account, no proxy, and numbers of a thread alone, because the server forks."""
    return {
        "PATH": BIN,
        "TMPDIR": temporary,
        "AWS_EC2_METADATA_DISABLED": "true",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **more,
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = str(tmp_path_factory.mktemp("home"))
    made = Server(environment(home, HOME=home, LC_ALL="C.UTF-8"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Without HOME, in the locale C, for streams that have ASCII alone."""
    made = Server(environment(str(tmp_path_factory.mktemp("temporary")), LC_ALL="C", PYTHONIOENCODING="ascii"))
    yield made
    made.close()


def bad_lines(command: str, places: Places) -> list[tuple[str, list[str], Bad]]:
    """What a command is given: a name, the arguments, and what is wrong with them."""
    of = declared(command)
    return [
        (
            f"{parameter.name}: {bad.why}",
            [*command.split()[1:], *line_with(of, parameter, bad.text, places)],
            replace(bad, codes=frozenset({3}))
            if command in ANSWERS_ABOUT_FILES and bad.why in places.contents
            else bad,
        )
        for parameter in of.params
        if (values := values_of(parameter, places)) is not None
        for bad in values.bad
    ]


def problems_of(ended: Ended, codes: frozenset[int], *, is_whole: bool) -> Iterator[str]:
    """What is wrong with how a line ended; `is_whole` where it can have written nothing before it was refused."""
    if ended.code is None:
        yield f"did not end in time, and had to be killed: {ended.stderr[-300:]}"
        return
    if ended.code == STARTED:
        yield ended.stderr
        return
    # Progress is told as it goes, with a dot before it.
    said = "".join(line for line in ended.stderr.splitlines(keepends=True) if not line.startswith("· "))
    if ended.code not in codes:
        yield f"ended with {ended.code}, not with one of {sorted(codes)}: {said[-400:]}"
    elif "Traceback" in said or "this is a bug" in said:
        yield f"a bug: {said[-400:]}"
    elif ended.code == 2 and (
        not said.startswith(("Error: ", "Usage: ")) or len(re.findall(r"^Error: ", said, re.MULTILINE)) > 1
    ):
        yield f"not one clear message: {said[-400:]!r}"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", said):
        yield f"control characters in its message: {said[-400:]!r}"
    if is_whole and ended.code == 2 and ended.files:
        yield f"left {ended.files}"
    if left := [each for each in ended.files if re.search(r"\.[0-9a-f]{8}$", each)]:
        yield f"half-written: {left}"


def told(names: list[str], lines: list[Line], ended: list[Ended], codes: list[frozenset[int]]) -> str:
    """What is wrong with all of them, a line each."""
    return "\n".join(
        f"{name}: `sre {' '.join(ascii(each)[1:-1][:60] for each in line.arguments)}` {problem}"
        for name, line, end, allowed in zip(names, lines, ended, codes, strict=True)
        for problem in problems_of(end, allowed, is_whole=not line.may_start)
    )


def fuzz(command: str, server: Server, places: Places, tmp_path: Path) -> str:
    chosen = bad_lines(command, places)
    lines = [
        # What answers about a file goes on to look at the machine.
        Line(
            arguments=arguments,
            directory=str(tmp_path / str(number)),
            may_start=bad.is_late or bad.codes == frozenset({3}),
        )
        for number, (_, arguments, bad) in enumerate(chosen)
    ]
    return told([each for each, _, _ in chosen], lines, server.run(lines), [bad.codes for _, _, bad in chosen])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("command", commands(sre))
def test_every_bad_value_is_refused(command: str, server: Server, places: Places, tmp_path: Path) -> None:
    assert fuzz(command, server, places, tmp_path) == ""


def ended_as_it_is(
    command: str, server: Server, places: Places, tmp_path: Path, *, stdout: Stdout = "file", codes: frozenset[int]
) -> str:
    arguments = [*command.split()[1:], *line_with(declared(command), None, "", places)]
    line = Line(
        arguments=arguments, directory=str(tmp_path / "here"), stdout=stdout, may_start=True, is_interrupted=True
    )
    return told([stdout], [line], server.run([line]), [codes])


@pytest.mark.slow
@pytest.mark.parametrize("stdout", ["closed pipe", "full disk"])
@pytest.mark.parametrize("command", commands(sre))
def test_whatever_becomes_of_stdout_a_command_ends_as_documented(
    command: str, stdout: Stdout, server: Server, places: Places, tmp_path: Path
) -> None:
    assert ended_as_it_is(command, server, places, tmp_path, stdout=stdout, codes=ANSWERED | {130, 141}) == ""


@pytest.mark.slow
@pytest.mark.parametrize("command", commands(sre))
def test_without_home_and_with_ascii_alone_a_command_ends_as_documented(
    command: str, bare_server: Server, places: Places, tmp_path: Path
) -> None:
    assert ended_as_it_is(command, bare_server, places, tmp_path, codes=ANSWERED | {130}) == ""


@pytest.mark.parametrize("command", commands(sre))
def test_every_parameter_has_a_type_of_ours_a_choice_or_is_a_flag(command: str, places: Places) -> None:
    for parameter in declared(command).params:
        values = values_of(parameter, places)
        assert values is None or isinstance(parameter.type, Written | click.Choice)
        assert values is None or len(values.bad) >= 3


def test_a_new_option_is_fuzzed_without_an_edit(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    @click.argument("needed", type=click.Choice(["a"]))
    @click.option("--wait", type=Duration("1s", "1m"))
    def toy(needed: str, wait: object) -> None: ...

    monkeypatch.setitem(sre.commands, "toy", toy)
    assert "sre toy" in commands(sre)
    waits = [arguments for name, arguments, _ in bad_lines("sre toy", places) if name.startswith("wait")]
    assert ["toy", "--wait=5", "--", "a"] in waits
    for _, *rest in waits:
        with pytest.raises(click.BadParameter, match=r"duration|unit|characters|years"):
            toy.make_context("toy", rest)


def test_an_option_of_a_type_that_the_fuzz_does_not_know_fails_it(places: Places) -> None:
    for unknown in (click.STRING, click.INT, click.FLOAT, click.Path(), click.IntRange(0, 1)):
        with pytest.raises(UnknownTypeError, match="the fuzz has no bad values for this type"):
            values_of(click.Option(["--new"], type=unknown), places)
