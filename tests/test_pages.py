"""A page is true: its fenced commands are run here, and the options, commands, exit codes and anchors that it names exist.

A command that cannot be run here has a reason in `NOT_RUN`; all the same it is parsed, by click itself.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import cast

import click
import pytest

from foundation.advisories.snapshot_file import write_snapshot
from foundation.errors import Exit
from infra.checkout import ROOT
from infra.service import T_DEVELOPER
from loadtests.result import write_result
from sre.cli.main import sre as door
from sre.cli.types.files import DirectoryToRead, FileToRead
from tests.foundation.advisories.factories import a_snapshot, an_all_zip, an_entry
from tests.foundation.costs.test_book import REQUESTS, offer, written
from tests.loadtests.factories import a_result
from tests.sre.cli.command_line import sre
from tests.sre.cli.test_main import commands, declared

# What was decided once is no promise of today's, and the CHANGELOG tells what was so.
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(p for p in (ROOT / "docs").rglob("*.md") if p.parent.name != "adr"),
)
SRE = ".venv/bin/sre"
# How a command begins, and why it is not run here; what stands for it instead.
NOT_RUN = MappingProxyType(
    {
        "git clone": "it is this checkout",
        "cd": "it is this checkout",
        "sre": "tests/test_your_own_service.py, line by line",
        "python server.py": "tests/test_your_own_service.py, line by line",
        "make": "minutes; tests/test_acceptance.py and CI",
        "aws": "an AWS account",
        "npx": "an AWS account",
        "docker": "a container engine",
        "curl": "an AWS account",
        "export": "sets what the others name",
        "eval": "a shell; tests/sre/cli/test_main.py completes",
        "_SRE_COMPLETE=fish_source": "a shell; tests/sre/cli/test_main.py completes",
        "for": "an AWS account",
        "ARN=": "an AWS account",
        ".venv/bin/python -m loadtests.sample_agent": "an agent beside it; tests/loadtests/test_run.py",
        f"{SRE} check": "a local platform and minutes; tests/test_acceptance.py",
        f"{SRE} local": "a local platform; tests/test_loop.py",
        f"{SRE} canaries run": "a platform; tests/canaries/test_matrix.py",
        f"{SRE} loadtest run": "a platform or an agent; tests/test_loop.py, tests/loadtests/test_run.py",
        f"{SRE} status": "a platform, an account or a recording; tests/sre/cli/status/test_run.py",
        f"{SRE} report weekly": "an AWS account; tests/sre/cli/test_report.py with recordings",
        f"{SRE} synth": "CDK, half a minute; tests/infra/test_synth.py",
        f"{SRE} doctor": "an AWS account",
        f"{SRE} gates run": "a repository of the reader's; tests/sre/cli/gates/test_run.py",
        f"{SRE} init": "writes over what is there; tests/test_another_service.py and tests/sre/cli/init/test_files.py",
        f"{SRE} cost estimate --stage production": "CDK, half a minute; tests/infra/test_stacks.py",
    }
)
# A whole line, and no beginning of others.
LINES_NOT_RUN = MappingProxyType(
    {
        f"{SRE} dashboards preview": "a local platform; tests/test_loop.py",
        f"{SRE} objectives check --objectives objectives.yaml": "a file with a slip; run below, as the page shows it",
        f"{SRE} objectives diff main": "a branch of the reader's; tests/sre/cli/objectives/test_commands.py",
    }
)
# The exit codes of those that are run; they are 0 unless the page says otherwise.
CODES = MappingProxyType(
    {f"{SRE} cost compare AWSLambda.json": 3, f"{SRE} advisories show build/advisories.json.gz": 3}
)
VARIABLES = MappingProxyType(
    {
        "$STAGE": "production", "$AWS_REGION": "us-east-1", "$API_URL": "https://a.example/production",
        "$WEBSOCKET_URL": "wss://a.example/production",
    }
)  # fmt: skip
# As docs/cost.md shows such a file.
TRAFFIC = """\
usual:
  about: what a weekday brings
  units_per_day: 1000
  resources:
    create-order: {requests_per_unit: 1, seconds: 0.12}
"""
# Options of others that the pages name: Locust's (loadtests/locustfile.py), CDK's and the AWS CLI's.
OF_OTHERS = frozenset(
    {
        "--host", "--user-rps", "--stage-file", "--app", "--all", "--parameters", "--parameter-overrides", "--status-filter",
        "--stack-name", "--warm-throughput", "--latest", "--errors", "--delay", "--delayed", "--wrong-total", "--fault", "--log",
        "--hash", "--import-mode",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of a page, as one line."""

    page: Path
    line: int
    text: str

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}: {self.text}"

    @property
    def is_ours(self) -> bool:
        return self.text.startswith(f"{SRE} ")

    @property
    def words(self) -> list[str]:
        """The words after `sre`, without what a shell would do."""
        text = self.text
        for name, value in VARIABLES.items():
            text = text.replace(name, value)
        words = shlex.split(text, comments=True)
        end = next((place for place, word in enumerate(words) if word in ("|", "&&", ";", "&")), len(words))
        return words[1:end]

    @property
    def reason(self) -> str | None:
        """Why it is not run: by the longest beginning that is known."""
        if self.text in LINES_NOT_RUN:
            return LINES_NOT_RUN[self.text]
        known = [begin for begin in NOT_RUN if self.text == begin or self.text.startswith((f"{begin} ", f"{begin}$"))]
        if not known and self.text.startswith("ARN="):
            return NOT_RUN["ARN="]
        return NOT_RUN[max(known, key=len)] if known else None


def fenced() -> Iterator[Command]:
    """Every command of every console block, with its continued lines and without its comment."""
    for page in PAGES:
        is_inside, text, begun = False, "", 0
        for number, line in enumerate(page.read_text().splitlines(), start=1):
            bare = line.strip()
            if bare.startswith("```"):
                is_inside = bare == "```console"
                continue
            if not is_inside:
                continue
            if not text:
                assert bare.startswith("$ "), f"{page.name}:{number}: a line of a console block is a command"
                bare, begun = bare[2:], number
            text += bare.removesuffix("\\")
            if not bare.endswith("\\"):
                for part in re.split(r" && ", text):
                    yield Command(page=page, line=begun, text=re.sub(r"\s+#(?=\s).*", "", part).strip())
                text = ""


FENCED = tuple(fenced())
OURS = tuple(each for each in FENCED if each.is_ours)
RUN = tuple(each for each in OURS if each.reason is None)


def test_every_fenced_command_is_run_or_has_a_reason() -> None:
    assert [each.where for each in FENCED if each.reason is None and not each.is_ours] == []
    assert len(RUN) >= 6


def test_every_reason_is_that_of_a_command() -> None:
    used = {each.reason for each in FENCED}
    assert {*NOT_RUN.values(), *LINES_NOT_RUN.values()} - used == set()


@pytest.fixture
def files_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page names files of its reader's own."""
    for kind in (FileToRead, DirectoryToRead):
        monkeypatch.setattr(kind, "look_at", lambda _self, _path: None)


def parse(words: list[str]) -> None:
    """As the door does it, and no further. Raises click's errors."""
    command, rest = cast("click.Command", door), list(words)
    while isinstance(command, click.Group):
        name = rest.pop(0)
        command = command.commands[name]
    with command.make_context(command.name, rest):
        pass


@pytest.mark.usefixtures("files_are_there")
@pytest.mark.parametrize("command", OURS, ids=lambda each: each.where)
def test_a_fenced_command_is_one_that_click_takes(command: Command) -> None:
    parse(command.words)


@pytest.mark.parametrize("command", RUN, ids=lambda each: each.where)
def test_a_fenced_command_does_what_its_page_says(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    an_all_zip(tmp_path / "all.zip", an_entry())
    # Of a day long ago, so that its age is said.
    write_snapshot(a_snapshot(), tmp_path / "build" / "advisories.json.gz")
    written(tmp_path, offer(USE1_Request=REQUESTS))
    for directory in ("examples/orders", "orders"):
        shutil.copytree(ROOT / "examples" / "orders", tmp_path / directory)
    shutil.copy(ROOT / "examples" / "orders" / "template.yaml", tmp_path / "template.yaml")
    (tmp_path / "traffic.yaml").write_text(TRAFFIC)
    result = a_result(good=50)
    result = replace(result, work=replace(result.work, submitted_count=1))
    write_result(result, tmp_path / "build" / "load-test" / "load-result.json")
    done = sre(*command.words)
    assert done.returncode == CODES.get(command.text, 0), done.stderr
    assert done.stdout


def inline() -> Iterator[tuple[Path, str]]:
    """What stands in the text of a page as code."""
    for page in PAGES:
        text = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
        yield from ((page, each.replace("\\|", "|")) for each in re.findall(r"`([^`\n]+)`", text))


def named_commands() -> list[tuple[Path, list[str]]]:
    found: list[tuple[Path, list[str]]] = []
    for page, text in inline():
        found += [
            (page, each.split()[1:])
            for each in text.split(" | ")[0].split(" && ")
            if re.match(rf"(?:sre|{re.escape(SRE)}) [a-z]", each)
        ]
    return found


@pytest.mark.usefixtures("files_are_there")
def test_a_command_in_the_text_exists_with_its_options_and_where_it_is_whole_click_takes_it() -> None:
    wrong: list[str] = []
    for page, words in named_commands():
        path: list[str] = ["sre"]
        command = cast("click.Command", door)
        while isinstance(command, click.Group) and len(path) <= len(words) and words[len(path) - 1] in command.commands:
            path.append(words[len(path) - 1])
            command = command.commands[path[-1]]
        said = f"{page.relative_to(ROOT)}: sre {' '.join(words)}"
        rest = words[len(path) - 1 :]
        if isinstance(command, click.Group):
            wrong += [f"{said}: no such command"] * bool(rest or len(path) == 1)
            continue
        options = {name for each in command.params for name in each.opts} | {"--help"}
        with_value = {
            name for each in command.params if isinstance(each, click.Option) and not each.is_flag for name in each.opts
        }
        wrong += [
            f"{said}: no option {each}" for each in rest if each.startswith("--") and each.split("=")[0] not in options
        ]
        # What has a place in capitals for a value, leaves one out, or only names the command is no whole line.
        has_place = any(re.fullmatch(r"[A-Z][A-Z_]*|.*[$<…].*", each) for each in rest)
        if rest and not has_place and "--help" not in rest and rest[-1] not in with_value:
            try:
                parse(words)
            except click.UsageError as error:
                wrong.append(f"{said}: {error.format_message()}")
    assert "\n".join(wrong) == ""


def test_an_option_that_the_text_names_is_one_of_a_command() -> None:
    known = {name for command in commands(door) for each in declared(command).params for name in each.opts} | {"--help"}
    named = {(page.name, option) for page, text in inline() for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)}
    assert {each for each in named if each[1] not in known | OF_OTHERS} == set()
    source = (ROOT / "loadtests" / "locustfile.py").read_text()
    assert all(f'"{each}"' in source for each in ("--user-rps", "--stage-file"))


def test_the_table_of_commands_has_each_of_them_once() -> None:
    rows = re.findall(r"^\| `(sre [a-z ]+)` \|", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(commands(door))


def test_the_table_of_exit_codes_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| ([0-9]+) \|", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE)
    assert [int(each) for each in rows] == [int(each) for each in Exit]
    codes = {int(each) for each in Exit}
    for page in PAGES:
        named = re.findall(
            r"exits? (?:with |code )?([0-9]+)\b|exit codes? ([0-9]+)\b|^([0-9]+) (?:every|when|one) ",
            page.read_text(),
            re.MULTILINE,
        )
        assert {int(next(filter(None, each))) for each in named} <= codes, page.name


def test_the_table_of_what_ends_with_1_is_that_of_the_helps() -> None:
    table = (ROOT / "docs" / "commands.md").read_text().partition("| ends with 1 when |")[2].partition("\n\n")[0]
    named: list[str] = []
    for word in re.findall(r"`([a-z ]+)`", table):
        named.append(word if word.startswith("sre ") else f"{named[-1].rpartition(' ')[0]} {word}")
    answering = re.compile(r"\b1: |xit code 1 when|exit codes are those of `run`")
    assert sorted(named) == sorted(each for each in commands(door) if answering.search(declared(each).help or ""))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_a_target_of_make_that_a_page_names_exists() -> None:
    fenced_targets = {each.text.split()[1] for each in FENCED if each.text.startswith("make ")}
    named = {word for _, text in inline() for word in re.findall(r"^make ([a-z][a-z-]*)", text)}
    assert fenced_targets
    assert fenced_targets | named <= targets()


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it: https://github.com/gjtorikian/html-pipeline/blob/v2.14.3/lib/html/pipeline/toc_filter.rb"""
    text = re.sub(r"[`*_]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {slug(each) for each in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def test_a_link_into_a_page_leads_to_a_heading_of_it() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    wrong = [
        f"{page.name}: {target}#{anchor}"
        for page in pages
        for target, anchor in re.findall(r"\]\(((?!https?:)[^)#\s]*)#([^)]*)\)", page.read_text())
        if anchor not in anchors((page.parent / target) if target else page)
    ]
    assert wrong == []


def test_the_problems_of_an_objectives_file_are_printed_as_the_page_shows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown, checked = re.findall(
        r"^```\n(Error: .*?)^```", (ROOT / "docs" / "objectives.md").read_text(), re.DOTALL | re.MULTILINE
    )
    text = T_DEVELOPER.objectives.read_text().replace("budgetingMethod:", "budgetMethod:", 1)
    text = text.replace("targetPercent: 99.9\n", "targetPercent: 1000\n", 1)
    (tmp_path / "objectives.yaml").write_text(text)
    done = sre("alarms", "list", "--objectives", "objectives.yaml")
    assert (done.returncode, done.stderr) == (2, shown)
    slip = T_DEVELOPER.objectives.read_text().replace("metricName: Latency\n", "metricName: Latencies\n", 1)
    (tmp_path / "objectives.yaml").write_text(slip)
    done = sre("objectives", "check", "--objectives", "objectives.yaml")
    assert (done.returncode, done.stderr) == (2, checked)


def test_the_price_of_the_canaries_on_their_page_is_that_of_the_command() -> None:
    (said,) = re.findall(r"\$([0-9.]+) at list price for", (ROOT / "docs" / "canaries.md").read_text())
    (listed,) = re.findall(r"List price: \$([0-9.]+) a month", sre("canaries", "list").stdout)
    assert listed == said
