"""Whose canaries a command is about: those of the service's own file, and none where only its objectives are known."""

from dataclasses import replace
from pathlib import Path

from foundation.service.files import ServiceFiles
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.cli.canary_file import canaries_of
from sre.cli.stage import files_of, our_files
from tests.sre.cli.status.shop import a_shop

STAGE = make_stage("production")


def test_a_service_has_the_canaries_of_its_file_or_none(tmp_path: Path) -> None:
    found = canaries_of(STAGE, our_files())
    assert found is not None
    assert [each.name for each in found.canaries] == ["api", "progress", "authorisation", "certificate"]
    shop = files_of(service=a_shop(tmp_path / "shop"))
    assert canaries_of(STAGE, shop) is None
    with_file: ServiceFiles = replace(shop, canaries=T_DEVELOPER.canaries)
    assert canaries_of(STAGE, with_file) is not None


def test_objectives_of_another_service_alone_have_none() -> None:
    other = replace(STAGE, objectives=replace(STAGE.objectives, service="shop"))
    assert canaries_of(other, our_files()) is None
