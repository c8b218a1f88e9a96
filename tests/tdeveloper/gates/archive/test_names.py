"""Names of members: which are a plain file's everywhere, and what is said of the others."""

import pytest

from foundation.errors import RefusedError
from tdeveloper.gates.archive.limits import Limits
from tdeveloper.gates.archive.names import safe_parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("app/main.py", ("app", "main.py")),
        ("./a", ("a",)),
        ("a//b/", ("a", "b")),
        ("./", ()),
        (".github/workflows/ci.yml", (".github", "workflows", "ci.yml")),
        (".gitignore", (".gitignore",)),
        ("Größe – 大.md", ("Größe – 大.md",)),
        ("a b (1).txt", ("a b (1).txt",)),
        ("console.py", ("console.py",)),
        ("com10.txt", ("com10.txt",)),
        ("nullable/aux_.py", ("nullable", "aux_.py")),
        ("d/" * 29 + "f", ("d",) * 29 + ("f",)),
        ("n" * 255, ("n" * 255,)),
    ],
)
def test_an_ordinary_name_is_taken_as_its_parts(name: str, parts: tuple[str, ...]) -> None:
    assert safe_parts(name, Limits()) == parts


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\nb", "does not print"),
        ("a\x1b[2Jb", "does not print"),
        ("a\x7f", "does not print"),
        ("gpj.\u202eexe.py", "does not print"),
        ("a\u2066b", "does not print"),
        ("a\u200bb", "does not print"),
        ("a\udcffb", "does not print"),
        ("a\0b", "NUL"),
        ("a\\b", "backslash"),
        ("CON", "device on Windows"),
        ("src/con.py", "device on Windows"),
        ("NUL.tar.gz", "device on Windows"),
        ("lpt1", "device on Windows"),
        ("COM¹", "device on Windows"),
        ("aux :x", "device on Windows"),
        ("conin$", "device on Windows"),
        (".git/hooks/post-checkout", "runs hooks"),
        ("sub/.GIT/config", "runs hooks"),
        (".git", "runs hooks"),
        (".git. /hooks/x", "runs hooks"),
        ("git~1/hooks/x", "runs hooks"),
        (".git::$INDEX_ALLOCATION/hooks/x", "runs hooks"),
        ("/etc/passwd", "absolute"),
        ("C:x", "absolute"),
        ("a/../../b", "leads out"),
        ("d/" * 30 + "f", "deeper than 30"),
        ("n" * 256, "longer than 255 bytes"),
        ("n/" * 201, "longer than 400 bytes"),
    ],
)
def test_any_other_name_is_refused_with_what_is_wrong(name: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said) as caught:
        safe_parts(name, Limits())
    # What is told of a hostile name is bounded, and prints.
    assert len(str(caught.value)) < 500
    assert str(caught.value).isprintable()
