"""docs/your-own-service.md, line by line, in an empty directory: at most ten commands, each with what the page says it prints."""

import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.checkout import ROOT

PAGE = ROOT / "docs" / "your-own-service.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[str, str]]:
    """Each command of the page, and what it says that comes of it."""
    blocks = [*BLOCK.findall(PAGE.read_text()), ("", "")]
    for (kind, text), (after, said) in itertools.pairwise(blocks):
        if kind == "console":
            yield text.strip().removeprefix("$ "), said if after == "text" else ""


def files() -> dict[str, str]:
    """The files of the page, by the names in their first lines."""
    found = (text for kind, text in BLOCK.findall(PAGE.read_text()) if kind == "yaml")
    return {text.split("\n", 1)[0].removeprefix("# "): text for text in found}


def as_said(said: str) -> re.Pattern[str]:
    """What is printed, as the page says it: an ellipsis stands for anything."""
    return re.compile("".join(".*" if each == "…" else re.escape(each) for each in said.strip()), re.DOTALL)


def test_the_page_has_at_most_ten_commands_and_names_its_files() -> None:
    assert 5 <= len(list(commands())) <= 10
    assert set(files()) == {"flows.yaml", "load_profiles.yaml", "canaries.yaml"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_page_works_line_by_line_in_an_empty_directory(tmp_path: Path) -> None:
    for name in ("template.yaml", "server.py"):
        shutil.copy(ROOT / "examples" / "orders" / name, tmp_path)
    for name, text in files().items():
        (tmp_path / name).write_text(text)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "140"}
    server: subprocess.Popen[str] | None = None
    url = ""
    began = time.monotonic()
    try:
        for command, said in commands():
            if command.endswith(" &"):
                words = command.removesuffix(" &").replace("--port 8080", "--port 0").split()
                server = subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
                assert server.stdout is not None
                url = server.stdout.readline().strip()
                continue
            words = command.replace("http://127.0.0.1:8080", url).split()
            done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            if done.returncode == 3 and "the load generator was late" in done.stdout:
                continue  # on a busy machine a pass would be none
            assert done.returncode == 0, (command, done.stdout[-2_000:], done.stderr[-2_000:])
            assert as_said(said).search(done.stdout), (command, done.stdout[-2_000:])
    finally:
        if server is not None:
            server.terminate()
            server.wait(10)
            if server.stdout is not None:
                server.stdout.close()
    assert time.monotonic() - began < 600
    assert (tmp_path / "build" / "release-check" / "index.html").is_file()
    assert (tmp_path / "build" / "dashboards" / "grafana").is_dir()
