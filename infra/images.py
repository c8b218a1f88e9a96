"""What images are built from: the closure of their handler, the locked libraries, a Dockerfile.

Docker builds the weekly report's when its stack is deployed; a synthesis only writes the directory and takes its digest.
`python -m infra.images NAME OUT` writes the directory of one image below OUT and prints it, for who runs Docker himself.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import Exit, SreError
from foundation.files.writing import building, write_bytes, write_text
from foundation.service.stage import Stage
from foundation.service.stage_file import stage_text
from infra.checkout import ROOT
from infra.closure import closure_of
from infra.locked import export_requirements

_BUILD = ROOT / "build" / "images"
# The file of the stage that an image was synthesized for.
STAGE_NAME = "stage.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image: the module that it runs, its dependency group, its Dockerfile, and the libraries that this compiles."""

    name: str
    module: str
    group: str
    dockerfile: Path
    compiled: tuple[str, ...] = ()


WEEKLY_REPORT = Image(
    name="weekly-report",
    module="sre.jobs.weekly_report.handler",
    group="lambda-weekly-report",
    dockerfile=ROOT / "sre" / "jobs" / "weekly_report" / "Dockerfile",
)
LOAD_TEST = Image(
    name="load-test",
    module="sre.jobs.load_test.task",
    group="image-load-test",
    dockerfile=ROOT / "sre" / "jobs" / "load_test" / "Dockerfile",
    # It has no wheel for Linux on arm64.
    compiled=("hdrhistogram",),
)
IMAGES = (WEEKLY_REPORT, LOAD_TEST)


def build_context(image: Image, into: Path = _BUILD, *, stage: Stage | None = None) -> Path:
    """The directory that `docker build` reads, named by its content; with a stage, that lies beside the code as its file.

    Raises PlatformError when a part of it is not there.
    """
    requirements = export_requirements(image.group)
    closure = closure_of(image.module)
    dockerfile = image.dockerfile.read_bytes()
    text = "" if stage is None else stage_text(stage)
    digest = hashlib.sha256(f"{requirements}\n{closure.digest()}\n{text}".encode() + dockerfile).hexdigest()
    target = into / f"{image.group}-{digest[:12]}"
    if target.exists():
        return target
    with building(target) as beside:
        closure.copy_to(beside / "code")
        if text:
            write_text(beside / "code" / STAGE_NAME, text)
        write_text(beside / "requirements.txt", requirements)
        write_bytes(beside / "Dockerfile", dockerfile)
    return target


def main(arguments: list[str]) -> int:
    """Write what one image is built from; the exit code."""
    named = {image.name: image for image in IMAGES}
    match arguments:
        case [name, out] if name in named:
            try:
                print(build_context(named[name], Path(out)))
            except SreError as error:
                print(f"Error: {error}", file=sys.stderr)
                return Exit.BAD_INPUT
            return Exit.MET
        case _:
            print(f"usage: python -m infra.images {'|'.join(named)} OUT", file=sys.stderr)
            return Exit.BAD_INPUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
