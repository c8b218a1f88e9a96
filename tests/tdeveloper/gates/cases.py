"""Trees and what the gate must answer: one table, of bytes alone, so that a gate built in another way runs it unchanged.

A tree that hides something is `REJECTED` where the gate can see it and `INCONCLUSIVE` where it cannot; never `PASSED`.
"""

import json
import zlib
from dataclasses import dataclass, field

PASSED, REJECTED, INCONCLUSIVE, REFUSED = "passed", "rejected", "inconclusive", "refused"

SHELL = b"import subprocess\nsubprocess.call('rm -rf ' + input(), shell=True)\n"
KEY = b"AKIA" + b"IOSFODNN7EXAMPLQ"
CLEAN = b"def double(number: int) -> int:\n    return 2 * number\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A tree by its files, the outcome, and the files that the answer must name: as found, or as not looked at.

    `shown` are the places of comments that ask the gate to look away.
    """

    name: str
    files: dict[str, bytes]
    outcome: str
    named: tuple[str, ...] = ()
    shown: tuple[tuple[str, int], ...] = field(default=())


def one(name: str, path: str, content: bytes, outcome: str, shown: tuple[tuple[str, int], ...] = ()) -> Case:
    """A tree of one clean file, and of one that decides."""
    is_named = outcome in (REJECTED, INCONCLUSIVE)
    files = {"clean.py": CLEAN, path: content}
    return Case(name=name, files=files, outcome=outcome, named=(path,) if is_named else (), shown=shown)


def a_notebook(*cells: str) -> bytes:
    """A notebook of code cells."""
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": code}).encode()


def a_png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A picture of one pixel, with chunks of one's own."""
    pixel = [(b"IHDR", b"\0\0\0\1\0\0\0\1\10\0\0\0\0"), *chunks, (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    body = [len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in pixel]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


CASES = (
    one("a clean module", "b.py", CLEAN, PASSED),
    one("a text without code", "README.md", "# Größe\n\nsecret agents like passwords\n".encode(), PASSED),
    one("an empty file", "pkg/__init__.py", b"", PASSED),
    one("a text in an 8-bit encoding", "NOTES.txt", "Größe\n".encode("latin-1"), PASSED),
    one("a text in UTF-16 with its mark", "NOTES.txt", "Größe\n".encode("utf-16"), PASSED),
    one("code in the encoding that it declares", "b.py", "# coding: latin-1\nA = 'ö'\n".encode("latin-1"), PASSED),
    one("an extensionless file that is no Python", "Makefile", b"all:\n\techo hello\n", PASSED),
    one("a notebook", "b.ipynb", a_notebook("a = 1", "print(a)\n"), PASSED),
    one("a comment that silences nothing", "b.py", b"import os  # nosec\n", PASSED, shown=(("b.py", 1),)),
    one("a shell call", "b.py", SHELL, REJECTED),
    one("a shell call behind # nosec", "b.py", SHELL.replace(b")\n", b")  # nosec\n"), REJECTED, shown=(("b.py", 2),)),
    one("a shell call behind # nosec B602", "b.py", SHELL.replace(b")\n", b")  # nosec B602\n"), REJECTED, (("b.py", 2),)),
    one("a shell call in a name of capitals", "B.PY", SHELL, REJECTED),
    one("a shell call in a script by its first line", "bin/run", b"#!/usr/bin/env python3\n" + SHELL, REJECTED),
    one("a shell call in a script with another extension", "run.sh", b"#!/usr/bin/python3 -I\n" + SHELL, REJECTED),
    one("a shell call in a file without extension", "manage", SHELL, REJECTED),
    one("a shell call in a .pth, which Python runs", "site/evil.pth", SHELL, REJECTED),
    one("a shell call in .pyx", "b.pyx", SHELL, REJECTED),
    one("a shell call in a stub", "b.pyi", SHELL, REJECTED),
    one("a shell call in a notebook", "b.ipynb", a_notebook("a = 1\n", SHELL.decode()), REJECTED),
    one("a shell call beside what cannot be read", "b.py", SHELL, REJECTED),
    one("a key", "settings.py", b"KEY = '" + KEY + b"'\n", REJECTED),
    one(
        "a key behind an allowlist comment", "settings.py",
        b"KEY = '" + KEY + b"'  # pragma: allowlist secret\n", REJECTED, shown=(("settings.py", 1),),
    ),
    one(
        "a key behind an allowlist comment for the next line", "settings.py",
        b"# pragma: allowlist nextline secret\nKEY = '" + KEY + b"'\n", REJECTED, shown=(("settings.py", 1),),
    ),
    one("a key as an argument", "settings.py", b"key = str('" + KEY + b"')\n", REJECTED),
    one("a key in a file over 1 MiB", "data.json", b"0123456789,\n" * 100_000 + KEY + b"\n", REJECTED),
    one("a key in a line over 1 MiB", "app.min.js", b"a=1;" * 270_000 + b"k='" + KEY + b"'", REJECTED),
    one("a key in poetry.lock", "poetry.lock", b'[[package]]\nname = "a"\nsource = "' + KEY + b'"\n', REJECTED),
    one("a key in a page of swagger", "swagger-ui.html", b"<p>" + KEY + b"</p>\n", REJECTED),
    one("a key in a picture", "logo.png", a_png((b"tEXt", b"Comment\0" + KEY)), REJECTED),
    one("a key behind a picture", "logo.png", a_png() + KEY, REJECTED),
    one("a key in a text that is called a picture", "logo.png", KEY + b"\n", REJECTED),
    one("a key in UTF-16 with its mark", "settings.txt", f"key {KEY.decode()}\n".encode("utf-16"), REJECTED),
    one("a key in UTF-16 without its mark", "settings.bin", f"key {KEY.decode()}\n".encode("utf-16-le"), REJECTED),
    one("a key in the comment of an INI file", "app.ini", b"[a]\nb = 1\n# " + KEY + b"\n", REJECTED),
    one("a key in a list of YAML", "app.yaml", b"keys:\n  - " + KEY + b"\n", REJECTED),
    one(
        "a key in the encoding that the code declares", "b.py",
        b"# coding: utf-7\nA = '+" + b"AEEASwBJAEE-" + KEY[4:] + b"'\n", REJECTED,
    ),
    one(
        "a key in a notebook, escaped", "b.ipynb",
        a_notebook("K = '" + KEY.decode() + "'").replace(b"AKIA", b"\\u0041KIA"), REJECTED,
    ),
    one("a private key", "id_rsa", b"-----BEGIN RSA PRIVATE " + b"KEY-----\n", REJECTED),
    one("a syntax error", "b.py", SHELL + b"def (:\n", INCONCLUSIVE),
    one("a NUL byte", "b.py", SHELL + b"\0\n", INCONCLUSIVE),
    one("newer syntax than the gate's Python", "b.py", SHELL + b"unless ready: wait\n", INCONCLUSIVE),
    one("a coding that is none", "b.py", b"# coding: no-such-coding\n" + SHELL, INCONCLUSIVE),
    one("code in UTF-16 with its mark", "b.py", SHELL.decode().encode("utf-16"), INCONCLUSIVE),
    one("code in UTF-16 without its mark", "b.py", SHELL.decode().encode("utf-16-le"), INCONCLUSIVE),
    one("bytes that are no UTF-8 in code that declares nothing", "b.py", SHELL + b"A = '\xff'\n", INCONCLUSIVE),
    one("Cython", "b.pyx", b"cdef int a = 1\n", INCONCLUSIVE),
    one("a script that cannot be parsed", "bin/run", b"#!/usr/bin/env python3\n" + SHELL + b"def (:\n", INCONCLUSIVE),
    one("a notebook with a line for the shell", "b.ipynb", a_notebook("!rm -rf /\n"), INCONCLUSIVE),
    one("a notebook that is none", "b.ipynb", b"[" * 100_000, INCONCLUSIVE),
    one("a notebook of an older format", "b.ipynb", json.dumps({"nbformat": 3, "worksheets": []}).encode(), INCONCLUSIVE),
    one("code deeper than bandit walks", "b.py", b"a = " + b"-" * 1_500 + b"1\n", INCONCLUSIVE),
    one("more code than is parsed", "b.py", SHELL + b"a = 1\n" * 200_000, INCONCLUSIVE),
    one("compiled code", "b.pyc", b"\xa7\x0d\x0d\x0a" + bytes(12) + b"\xe3", INCONCLUSIVE),
    one("a picture, which may hold a compressed text", "logo.png", a_png((b"zTXt", b"a\0\0" + zlib.compress(KEY))), INCONCLUSIVE),
    one("an archive in the archive", "wheels/a.whl", b"PK\5\6" + bytes(18), INCONCLUSIVE),
    one("a program", "tool", b"\x7fELF\2\1\1" + bytes(9), INCONCLUSIVE),
    Case(
        name="a syntax error in one file and a shell call in another",
        files={"broken.py": b"def (:\n", "run.py": SHELL},
        outcome=REJECTED,
        named=("broken.py", "run.py"),
    ),
    Case(name="no file at all", files={}, outcome=REFUSED),
)  # fmt: skip
