"""What a fuzz of the command line gives every parameter, by its type alone: values that must be refused, and one that will do.

A new type needs a case here, or its first option fails the fuzz; a new option needs nothing.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from sre.cli.types.addresses import Url
from sre.cli.types.files import DirectoryToRead, DirectoryToWrite, FileToRead, FileToWrite
from sre.cli.types.names import Line, Name, StageName
from sre.cli.types.numbers import Count, Number, Share, Tokens
from sre.cli.types.pairs import FaultSwitchText, GivenValue, LabelledMoment, Parameter, Tag, Target
from sre.cli.types.times import Duration, Moment, TimeOfDay, Week

REFUSED = frozenset({2})
# What may be read, or left unread, and answered.
ANSWERED = frozenset({0, 1, 2, 3})

LONG = "9" * 10_000
HOSTILE = ("../x", "x" * 10_000, "a\0b", "\x1b[31m", "a b", "\u202ename", "ｘ", "a\nb")


class UnknownTypeError(Exception):
    """A parameter of a type that the fuzz has no values for."""


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A value, what is wrong with it, and the exit codes that it may end with. `is_late`: only the work itself can tell."""

    text: str
    why: str
    is_late: bool = False
    codes: frozenset[int] = REFUSED


@dataclass(frozen=True, kw_only=True)
class Values:
    """What the fuzz has of a type."""

    good: str
    bad: tuple[Bad, ...]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Files and directories of every kind that a person can name, below one directory."""

    result: Path
    contents: dict[str, Path]
    directory: Path
    pipe: Path
    below_a_file: Path

    @property
    def missing(self) -> Path:
        return self.directory / "missing"


def make_places(root: Path, *, result: bytes) -> Places:
    """Make them; `result` is a load test's, the file that is good for most."""
    contents = {
        "binary": bytes(range(256)) * 64,
        "empty": b"",
        "3,000 brackets": b"[" * 3_000 + b"]" * 3_000,
        "3,000 braces": b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
        "a bomb of aliases": b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (each, each, b", ".join([b"*%c" % (each - 1)] * 9)) for each in b"bcdefghi"),
        "an alias of itself": b"&a [*a]\n",
        "UTF-16": "name: ä\n".encode("utf-16"),
        "a BOM": b"\xef\xbb\xbfname: x\n",
        "a NUL": b"name: x\0y\n",
        "one number": b"1e400\n",
        "a list of nulls": b"[null, null]\n",
        "a long line": b"x" * 1_000_000,
    }
    root.mkdir(exist_ok=True)
    made: dict[str, Path] = {}
    for number, (kind, content) in enumerate(contents.items()):
        made[kind] = root / f"content-{number}.yaml"
        made[kind].write_bytes(content)
    made["300 MB"] = root / "huge.yaml"
    with made["300 MB"].open("wb") as file:
        file.truncate(300_000_000)
    if os.geteuid() != 0:
        made["unreadable"] = root / "unreadable.yaml"
        made["unreadable"].touch(mode=0)
    (root / "result.json").write_bytes(result)
    (root / "directory").mkdir()
    os.mkfifo(root / "pipe")
    return Places(
        result=root / "result.json", contents=made, directory=root / "directory", pipe=root / "pipe",
        below_a_file=root / "result.json" / "x",
    )  # fmt: skip


def values_of(parameter: click.Parameter, places: Places) -> Values | None:
    """What a parameter is given, by its type; None for a flag, which takes no value. Raises UnknownTypeError."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return None
    return _of_type(parameter.type, places)


def _of_type(of: click.ParamType[Any], places: Places) -> Values:
    match of:
        case Number():
            return _values(str(of.at_least), "", "nan", "inf", "-1", "1e400", "５", LONG, "1_0", " 1", "0x10")
        case Count():
            return _values(str(of.at_least), "", "nan", "inf", "-1", "1e400", "1.5", "５", LONG, "1_0", " 1")
        case Share():
            return _values("1%", "", "nan%", "1", "0.0002", "-1%", "101%", "1e400%", "５%", f"{LONG}%", "%")
        case Tokens():
            return _values("1,1,1,1", "", "1,2", "1,2,3,4,5", "nan,1,1,1", "-1,1,1,1", "１,1,1,1", f"1,1,{LONG},1")
        case Duration():
            return _values("1m", "", "5", "nan", "-5m", "５m", "0.5h", "1e3s", "soon", f"{LONG}s", "999999999d")
        case Moment():
            return _values("2026-03-02T00:00:00Z", *_MOMENTS)
        case Week():
            return _values(
                "2026-W46", "", "2026-W60", "2026-W00", "2026W01", "２０２６-W01", "9999-W01", "0001-W01", LONG
            )
        case TimeOfDay():
            return _values("07:00", "", "noon", "24:00", "07:60", "７:00", "7", "-1:00", LONG)
        case StageName():
            return _values((*of.among, "production")[0], "", "Prod", "-x", "a/b", "..", "x" * 21, *HOSTILE)
        case Name(name="path"):
            return _values("", "production", "/../x", "//", *HOSTILE)
        case Name():
            return _values(_NAMES[of.name], "", *HOSTILE)
        case Line():
            return _values("Lambda", "", " ", "x" * 10_000, "a\nb", "\x1b[31m", "\u2028", "a\0b")
        case Url():
            return _values(f"{of.schemes[0]}://127.0.0.1:9/x", "", *_URLS)
        case Parameter():
            return _values("Name=value", "", "x", "=x", "x=", "x=a b", "x=\n", f"x={LONG}", "ｘ=1")
        case GivenValue():
            return _values("customer=c-1", "", "x", "=x", "x=", "a b=1", "x=\n", "x=é", f"x={LONG}", "1x=1")
        case Tag():
            return _values("Project=x", "", "x", "=x", "x=", "x=\n", f"x={LONG}", "x\0=1")
        case Target():
            return _values(
                "api-errors=99%", "", "x", "api-errors=99", "api-errors=nan%", "api-errors=100%", "=9%", "../x=9%"
            )
        case LabelledMoment():
            return _values(
                "2026-03-02T00:00:00Z=x", "", "x", *(f"{each}=x" for each in _MOMENTS), "2026-03-02T00:00:00Z="
            )
        case FaultSwitchText():
            return _values(
                "off", "", "sometimes", "errors=５%", "errors=nan%", "errors=101%", "delay=99999999ms@5%", LONG
            )
        case click.Choice():
            return _values(str(next(iter(of.choices))), "", "no-such-choice", "\x1b[31m", LONG)
        case FileToRead():
            return Values(good=str(places.result), bad=tuple(_files_to_read(of, places)))
        case DirectoryToRead():
            return _values(
                str(places.directory), "", *map(str, (places.missing, places.result, places.pipe)), "a\0b", LONG
            )
        case FileToWrite():
            return Values(good=f"written{(*of.endings, '.txt')[0]}", bad=tuple(_files_to_write(of, places)))
        case DirectoryToWrite():
            return Values(good="written", bad=tuple(_directories_to_write(places)))
        case _:
            raise UnknownTypeError(f"{of!r}: the fuzz has no bad values for this type")


_MOMENTS = (
    "", "soon", "2026-03-02T00:00:00", "2026-02-30T00:00:00Z", "２０２６-03-02T00:00:00Z", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59", "2026-W10-1", LONG,
)  # fmt: skip
_URLS = (
    "nonsense", "ftp://x.example", "https://", "https:///x", "https://[::1", "https://x:99999/", "https://x y/", "https://a..b/",
    "https://999.1.1.1/", "https://ｘ",
    "javascript:alert(1)", "file:///etc/passwd", "https://x\n.example", f"https://{LONG}",
)  # fmt: skip
_NAMES = {
    "region": "eu-west-1", "service": "orders", "stack": "orders-production", "alarm": "api-errors-page-fast",
    "objective": "api-errors", "profile": "release", "model": "haiku-5.5-us", "canary": "progress", "dashboard": "overview",
    "bucket": "my-archives", "key": "archives/sample.zip", "host": "api.example.com",
    "arn": "arn:aws:sns:eu-west-1:123456789012:reports", "account": "123456789012",
}  # fmt: skip


def _values(good: str, *bad: str) -> Values:
    return Values(good=good, bad=tuple(Bad(text=each, why=ascii(each[:30])) for each in bad))


def _files_to_read(of: FileToRead, places: Places) -> Iterator[Bad]:
    for kind, file in places.contents.items():
        may_be_empty = kind in ("empty", "a BOM", "one number", "a list of nulls", "a long line")
        yield Bad(text=str(file), why=kind, codes=ANSWERED if may_be_empty else REFUSED)
    for why, path in (("missing", places.missing), ("a pipe", places.pipe), ("below a file", places.below_a_file)):
        yield Bad(text=str(path), why=why)
    yield Bad(text=str(places.directory), why="a directory")
    yield from (Bad(text=each, why=ascii(each[:10])) for each in ("", "a\0b", "/dev/zero", LONG))


def _files_to_write(of: FileToWrite, places: Places) -> Iterator[Bad]:
    ending = (*of.endings, "")[0]
    yield Bad(text="", why="empty")
    yield Bad(text="a\0b", why="a NUL")
    yield Bad(text=f"{LONG}{ending}", why="a long name")
    yield Bad(text=str(places.directory), why="a directory")
    yield Bad(text=f"{places.below_a_file}{ending}", why="below a file")
    yield Bad(text=f"/proc/none/x{ending}", why="where nothing can be made", codes=ANSWERED - {0}, is_late=True)


def _directories_to_write(places: Places) -> Iterator[Bad]:
    yield from (Bad(text=each, why=ascii(each[:10])) for each in ("", "a\0b", LONG, "/dev/null"))
    yield Bad(text=str(places.result), why="a file")
    yield Bad(text=str(places.below_a_file), why="below a file")
    yield Bad(text="/proc/none", why="where nothing can be made", codes=ANSWERED, is_late=True)


def line_with(command: click.Command, parameter: click.Parameter | None, value: str, places: Places) -> list[str]:
    """The arguments of a command: what it needs, and this value for this parameter; positional ones after `--`."""
    options: list[str] = []
    positional: list[str] = []
    for each in command.params:
        given = value if each is parameter else None
        if given is None and _is_needed(each) and (values := values_of(each, places)) is not None:
            given = values.good
        if given is None:
            continue
        if isinstance(each, click.Option):
            # In one word, so that a value may begin with a dash.
            options.append(f"{next(name for name in each.opts if name.startswith('--'))}={given}")
        else:
            positional.append(given)
    return [*options, *(["--", *positional] if positional else [])]


def _is_needed(parameter: click.Parameter) -> bool:
    """Whether it must be given: also where it has a default that is a file, which is not there in an empty directory."""
    has_default = isinstance(parameter.default, str)
    return parameter.required or (has_default and isinstance(parameter.type, FileToRead | DirectoryToRead))
