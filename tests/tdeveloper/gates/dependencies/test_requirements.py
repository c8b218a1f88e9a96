"""Requirements files as pip reads them: what is pinned is checked, all else is named, and no include leads out."""

from collections.abc import Mapping

import pytest

from tdeveloper.gates.dependencies.model import Locked
from tdeveloper.gates.dependencies.reading import UnreadableError
from tdeveloper.gates.dependencies.requirements import RequirementsReader
from tests.tdeveloper.gates.dependencies.trees import gaps, pins


def reader(files: Mapping[str, str], depth: int = 10) -> RequirementsReader:
    def read(path: str) -> str:
        if path not in files:
            raise UnreadableError("cannot be read")
        return files[path]

    return RequirementsReader(read=read, most_depth=depth)


def locked(text: str, path: str = "requirements.txt", **more: str) -> Locked:
    return reader({path: text, **more}).locked(path)


def test_pins_are_read_with_their_lines_and_normalised_names() -> None:
    text = """# a comment
-i https://x/simple
--extra-index-url=https://y/simple
--require-hashes
-c constraints.txt
Shop_A[extra,b]==1.0 ; python_version < "3.9"  # why
shop-b == 2.0 \\
    --hash=sha256:00 \\
    --hash=sha256:11

shop.c===3+local
shop-d==4, >=3 --config-settings "a=b"
shop-e (==5)
"""
    found = locked(text)
    assert pins(found) == [
        ("shop-a", "1.0", 6), ("shop-b", "2.0", 7), ("shop-c", "3+local", 11), ("shop-d", "4", 12), ("shop-e", "5", 13)
    ]  # fmt: skip
    assert found.unread == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("shop", "shop is not checked: it is not pinned to one version (any)"),
        ("shop>=1,<2", "shop is not checked: it is not pinned to one version (<2,>=1)"),
        ("shop==1.*", "shop is not checked: it is not pinned to one version (==1.*)"),
        ("shop~=1.0", "shop is not checked: it is not pinned to one version (~=1.0)"),
        ("shop==1,==2", "shop is not checked: it is not pinned to one version (==1,==2)"),
        ("shop @ git+https://x/shop", "shop is not checked: it comes from git+https://x/shop"),
        ("git+https://x/shop#egg=shop", "git+https://x/shop#egg=shop is not checked: it is no requirement that can be read here"),
        ("https://x/shop.whl", "https://x/shop.whl is not checked: it is no requirement that can be read here"),
        ("shop==${VERSION}", "shop==${VERSION} is not checked: it is no requirement that can be read here"),
        ("--unknown x", "--unknown x is not checked: it is no requirement that can be read here"),
        ("--prefix", "--prefix is not checked: it is no requirement that can be read here"),
        ("./wheels/shop.whl", "./wheels/shop.whl is not checked: it comes from ./wheels/shop.whl"),
        ("-e ../shop", "../shop is not checked: it comes from ../shop"),
        ("-e git+https://x/shop#egg=shop", "git+https://x/shop#egg=shop is not checked: it comes from git+https://x/shop#egg=shop"),
        ("--editable=/opt/shop", "/opt/shop is not checked: it comes from /opt/shop"),
        ("shop\x1b==1", "shop\\x1b==1 is not checked: it is no requirement that can be read here"),
    ],
)  # fmt: skip
def test_what_is_not_pinned_to_an_index_is_named(line: str, why: str) -> None:
    found = locked(f"{line}\nother==1\n")
    assert gaps(found) == [why]
    assert pins(found) == [("other", "1", 2)]


@pytest.mark.parametrize("line", ["-e .", ".", "./", "-e ./libs/a[extra]", "./libs/a[extra]", "--editable libs/.."])
def test_directories_of_the_tree_are_its_own_code(line: str) -> None:
    found = locked(f"{line}\n") if "libs/.." not in line else locked("-e ./libs/..\n")
    assert (pins(found), found.unread) == ([], ())
    assert set(found.own_directories) <= {"", "libs/a"}


@pytest.mark.parametrize(
    "include", ["-r base.txt", "-rbase.txt", "--requirement base.txt", "--requirement=base.txt", '-r "base.txt"']
)
def test_includes_are_read_where_they_are(include: str) -> None:
    files = {"requirements/all.txt": f"{include}\na==1\n", "requirements/base.txt": "\nb==2\n"}
    found = reader(files).locked("requirements/all.txt")
    assert [(each.name, each.path, each.line) for each in found.packages] == [
        ("b", "requirements/base.txt", 2), ("a", "requirements/all.txt", 2)
    ]  # fmt: skip


def test_what_follows_an_include_belongs_to_its_own_file_again() -> None:
    found = locked("-r b.txt\nshop\n", **{"b.txt": "other\n"})
    assert [(each.path, each.why.split(" ")[0]) for each in found.unread] == [
        ("b.txt", "other"), ("requirements.txt", "shop")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("../../etc/passwd", "it is included, and is no file of the tree"),
        ("/etc/passwd", "it is included, and is no file of the tree"),
        ("https://x/requirements.txt", "it is included, and is no file of the tree"),
        ("none.txt", "it is included, and cannot be read"),
    ],
)
def test_an_include_that_leads_out_is_named_and_not_read(target: str, why: str) -> None:
    asked: list[str] = []

    def read(path: str) -> str:
        asked.append(path)
        if path != "requirements.txt":
            raise UnreadableError("cannot be read")
        return f"-r {target}\n"

    found = RequirementsReader(read=read, most_depth=10).locked("requirements.txt")
    assert gaps(found) == [f"{target} is not checked: {why}"]
    assert not any("etc" in each for each in asked)


def test_a_circle_of_includes_is_read_once() -> None:
    files = {"a.txt": "-r b.txt\na==1\n", "b.txt": "-r a.txt\n-r b.txt\nb==1\n"}
    reading = reader(files)
    assert [name for name, _, _ in pins(reading.locked("a.txt"))] == ["b", "a"]
    assert pins(reading.locked("b.txt")) == []


def test_includes_are_followed_as_deep_as_the_bound() -> None:
    files = {f"{number}.txt": f"-r {number + 1}.txt\n" for number in range(3)} | {"3.txt": "a==1\n"}
    assert pins(reader(files, depth=3).locked("0.txt")) == [("a", "1", 1)]
    assert gaps(reader(files, depth=2).locked("0.txt")) == [
        "3.txt is not checked: includes are nested more than 2 deep"
    ]


def test_continued_lines_and_comments_are_joined_as_pip_does() -> None:
    assert pins(locked("shop\\\n==1.0\n")) == [("shop", "1.0", 1)]
    assert pins(locked("shop==1.0 # why \\\nother==2\n")) == [("shop", "1.0", 1), ("other", "2", 2)]
    assert pins(locked("shop==1.0 \\")) == [("shop", "1.0", 1)]
    assert pins(locked("")) == []


def test_a_requirement_of_endless_length_is_not_parsed_and_many_hashes_are_no_part_of_it() -> None:
    (why,) = gaps(locked("x" * 2_001))
    assert why.endswith("… is not checked: it is too long to be a requirement")
    assert pins(locked(f"{'x' * 1_997}==1")) == [("x" * 1_997, "1", 1)]
    assert pins(locked("shop==1 " + "--hash=sha256:00 " * 1_000)) == [("shop", "1", 1)]


def test_a_marker_that_is_nested_without_end_is_named() -> None:
    (why,) = gaps(locked(f"shop==1; {'(' * 900}os_name=='x'{')' * 900}"))
    assert why.endswith("is not checked: it is no requirement that can be read here")
