"""What a comparison does not speak of is said, a sentence a file."""

from pathlib import Path

from infra.service import T_DEVELOPER
from sre.cli.objectives.not_compared import notes_on
from sre.jobs.objectives.revision import Compared, ComparedFile, Earlier


def earlier(*compared: ComparedFile) -> Earlier:
    return Earlier(files=T_DEVELOPER, compared=compared)


def a_file(what: Compared, before: str | None, *, is_usual: bool = False) -> ComparedFile:
    return ComparedFile(what=what, now=Path("mine.yaml"), before=before, is_usual=is_usual)


def test_what_is_compared_with_its_own_name_needs_no_word() -> None:
    assert notes_on(earlier(a_file(Compared.CANARIES, "HEAD:mine.yaml")), "HEAD", is_one_file=False) == ()


def test_what_is_not_there_and_what_is_found_under_the_usual_name_are_said() -> None:
    found = earlier(
        a_file(Compared.CANARIES, "HEAD:canaries.yaml", is_usual=True), a_file(Compared.BURN_RATE, None)
    )  # fmt: skip
    assert notes_on(found, "HEAD", is_one_file=False) == (
        "HEAD has no mine.yaml: HEAD:canaries.yaml is compared in its place",
        "HEAD has no mine.yaml, so of the burn-rate policy nothing is compared: mine.yaml stands on both sides",
    )


def test_of_one_file_all_others_are_one_sentence() -> None:
    found = earlier(
        a_file(Compared.OBJECTIVES, "old.yaml"),
        a_file(Compared.CANARIES, None),
        a_file(Compared.RESOURCE_ALARMS, None),
    )
    assert notes_on(found, "old.yaml", is_one_file=True) == (
        "old.yaml is one file, so only the objectives are compared; not compared: canaries, resource alarms",
    )
