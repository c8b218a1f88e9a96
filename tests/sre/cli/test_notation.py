"""One notation: read from click itself, so a new command or option is held to it without an edit here.

An option of one name is of one meaning: it has one type, one help and one way to say its default, in every command. Two
options of one meaning have one name. Helps are short, and none is cut where its group lists it. A bare number is no duration and
no share.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click
import pytest

from sre.cli.main import sre
from sre.cli.renamed import RENAMED
from sre.cli.types.addresses import Url
from sre.cli.types.files import DirectoryToRead, DirectoryToWrite, FileToRead, FileToWrite
from sre.cli.types.names import StageName
from sre.cli.types.numbers import Count, Number, Share
from sre.cli.types.pairs import FAULT_SWITCH, TARGET
from sre.cli.types.times import Duration, Moment
from sre.cli.types.written import Written
from tests.sre.cli import command_line
from tests.sre.cli.test_main import commands, declared

_LONGEST_HELP_COUNT = 100
# A terminal's width where click finds none, of which two are left for its margin and six for what stands around a name.
_WIDTH = 80
# What writes one file and what writes several are two meanings of one short name, which nearly every tool has. A template is
# read from a file, and written in a language.
_TWO_MEANINGS = {"--out", "--template"}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """An option, and the command that has it."""

    command: str
    option: click.Option

    @property
    def name(self) -> str:
        return self.option.opts[0]

    @property
    def kind(self) -> str:
        """Its type without its bounds, which may be a command's own."""
        of = self.option.type
        if self.option.is_flag or self.option.flag_value is True or self.name == "--json":
            return "flag"
        if isinstance(of, click.Choice):
            return f"choice of {', '.join(map(str, of.choices))}"
        if isinstance(of, FileToRead | FileToWrite | DirectoryToRead | DirectoryToWrite | Url):
            return f"{type(of).__name__} {vars(of)}"
        return f"{type(of).__name__} {of.name}"

    @property
    def metavar(self) -> str:
        with click.Context(declared(self.command)) as context:
            return self.option.make_metavar(context)


OPTIONS = tuple(
    Declared(command=command, option=each)
    for command in commands(sre)
    for each in declared(command).params
    if isinstance(each, click.Option)
)


def by_name() -> dict[str, list[Declared]]:
    found: dict[str, list[Declared]] = {}
    for each in OPTIONS:
        found.setdefault(each.name, []).append(each)
    return found


def groups(group: click.Group, path: str = "sre") -> Iterator[tuple[str, click.Group]]:
    yield path, group
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from groups(each, f"{path} {name}")


@pytest.mark.parametrize("name", by_name())
def test_an_option_of_one_name_is_of_one_type_and_says_one_thing(name: str) -> None:
    kinds = {each.kind for each in by_name()[name]}
    helps = {each.option.help for each in by_name()[name]}
    if name in _TWO_MEANINGS:
        assert len(kinds) == len(helps) == 2
        assert len({(each.kind, each.option.help) for each in by_name()[name]}) == 2
    else:
        assert len(kinds) == 1, kinds
        assert len(helps) == 1, helps
        assert len({"" if each.kind == "flag" else each.metavar for each in by_name()[name]}) == 1
        assert len({each.option.multiple for each in by_name()[name]}) == 1


def test_two_options_of_one_type_and_help_have_one_name() -> None:
    names: dict[tuple[str, str | None], set[str]] = {}
    for each in OPTIONS:
        names.setdefault((each.kind, each.option.help), set()).add(each.name)
    assert {key: found for key, found in names.items() if len(found) > 1} == {}


def test_every_option_has_a_short_help_and_says_its_default_in_brackets() -> None:
    for each in OPTIONS:
        said, where = each.option.help or "", f"{each.command} {each.name}: {each.option.help}"
        assert 0 < len(said) <= _LONGEST_HELP_COUNT, where
        assert said[0].isupper(), where
        assert said.endswith("."), where
        assert not re.search(r"\bunless\b.*\bgiven\b|\bby default\b|\bdefaults? (is|to)\b", said), where
        if isinstance(each.option.default, str) and each.option.default and each.kind != "flag":
            assert each.option.show_default, f"{where}: its default is not shown"
        with click.Context(declared(each.command)) as context:
            _, rendered = each.option.get_help_record(context) or ("", "")
        assert "[default: (" not in rendered, f"{where}: `option` of sre.cli.options says a default without parentheses"


def test_a_value_is_named_after_the_thing_that_it_is() -> None:
    nameless = ("TEXT", "STRING", "INTEGER", "FLOAT", "VALUE")
    wrong = [f"{each.command} {each.name}" for each in OPTIONS if each.kind != "flag" and each.metavar in nameless]
    assert wrong == []


def test_positional_arguments_are_named_after_the_thing_that_they_are() -> None:
    for command in commands(sre):
        for each in declared(command).params:
            if isinstance(each, click.Argument):
                with click.Context(declared(command)) as context:
                    metavar = each.make_metavar(context)
                assert re.fullmatch(r"\[[A-Z_]+\]\.\.\.|[A-Z_]+(\.\.\.)?", metavar), f"{command}: {metavar}"
                assert "NAME" not in metavar, f"{command}: {metavar}"
                assert "FILES" not in metavar, f"{command}: {metavar}"


def test_no_option_takes_the_next_word_or_leaves_it_as_it_likes() -> None:
    """An option whose value may be left out eats the argument that follows it."""
    for each in OPTIONS:
        assert not getattr(each.option, "_flag_needs_value", False), f"{each.command} {each.name}"


@pytest.mark.parametrize(("path", "group"), tuple(groups(sre)), ids=lambda each: each if isinstance(each, str) else "")
def test_no_help_is_cut_where_its_group_lists_it(path: str, group: click.Group) -> None:
    limit = _WIDTH - 2 - 6 - max(map(len, group.commands))
    for name, command in group.commands.items():
        said = command.get_short_help_str(limit)
        assert said, f"{path} {name}"
        assert not said.endswith("..."), f"{path} {name}: {said}"
    listed = command_line.sre(*path.split()[1:], "--help").stdout
    assert "..." not in listed.partition("Commands:")[2]


@pytest.mark.parametrize(
    "each", [each for each in OPTIONS if isinstance(each.option.type, Duration | Share)],
    ids=lambda each: f"{each.command} {each.name}",
)  # fmt: skip
@pytest.mark.parametrize("bare", ["5", "0.05", "90"])
def test_a_bare_number_is_no_duration_and_no_share_and_a_hint_says_what_is(each: Declared, bare: str) -> None:
    with click.Context(declared(each.command)) as context, pytest.raises(click.BadParameter) as refused:
        each.option.type.convert(bare, each.option, context)
    assert re.search(r"\bwrite\b", refused.value.message)
    assert re.search(r"5m|%", refused.value.message)


@pytest.mark.parametrize(
    ("of", "bare"),
    [
        (FAULT_SWITCH, "errors=5"),
        (FAULT_SWITCH, "delay=1500@5%"),
        (FAULT_SWITCH, "delay=1500ms@5"),
        (TARGET, "api-errors=99.5"),
    ],
)
def test_a_bare_number_is_none_within_another_value_either(of: Written[object], bare: str) -> None:
    with pytest.raises(click.BadParameter, match=r"write .*%"):
        of.convert(bare, None, None)


def test_numbers_counts_moments_and_stages_have_a_type_of_ours_each() -> None:
    """So that none is read by a notation of its own."""
    types = {type(each.option.type) for each in OPTIONS if each.kind != "flag"}
    assert types >= {Number, Count, Share, Duration, Moment, StageName}
    assert [each for each in types if not issubclass(each, Written | click.Choice)] == []


@pytest.mark.parametrize(("of", "old"), RENAMED, ids=" ".join)
def test_an_old_name_is_told_the_new_one(of: str, old: str) -> None:
    new = RENAMED[(of, old)]
    of_these = [command for command in commands(sre) if f"{command} ".startswith(f"{of} ")]
    with_it = [each for each in of_these if any(new in option.opts for option in declared(each).params)]
    assert with_it, f"{of} has no {new}"
    for command in with_it:
        assert not any(old in option.opts for option in declared(command).params)
        for words in ((old, "x"), (f"{old}=x",)):
            done = command_line.sre(*command.split()[1:], *words)
            assert (done.returncode, done.stderr) == (2, f"Error: {old} of `{command}` is called {new} now\n")


def test_an_option_that_never_was_is_told_by_click() -> None:
    done = command_line.sre("cost", "estimate", "--profil", "x")
    assert done.returncode == 2
    assert "No such option" in done.stderr
    assert "now" not in done.stderr
