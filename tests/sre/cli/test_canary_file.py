"""Whose canaries a command is about: those of the service's own file, and none where only its objectives are known."""

from dataclasses import replace
from pathlib import Path

import pytest

from canaries.definitions import read_canaries
from foundation.errors import InputError
from foundation.service.files import ServiceFiles
from infra.service import T_DEVELOPER
from infra.stage import make_stage
from sre.cli.canary_file import canaries_of, refuse_unread
from sre.cli.stage import files_of, our_files
from tests.sre.cli.command_line import sre
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


def test_a_setting_that_none_of_the_canaries_reads_is_refused_by_its_option(tmp_path: Path) -> None:
    ours = read_canaries(T_DEVELOPER.canaries)
    refuse_unread(ours.canaries, websocket_url="wss://x/y", archives_bucket="bbb")
    (tmp_path / "canaries.yaml").write_text(
        "canaries: {shop: {about: the shop answers, everyMinutes: 5, timeoutSeconds: 60, memoryMib: 960, retries: 1, "
        "steps: [{method: GET, path: /}]}}\n"
    )
    shop = read_canaries(tmp_path / "canaries.yaml")
    refuse_unread(shop.canaries, websocket_url=None, archives_bucket="")
    with pytest.raises(InputError, match=r"^--websocket-url, --archives-bucket: none of the canaries reads it"):
        refuse_unread(shop.canaries, websocket_url="wss://x/y", archives_bucket="bbb")
    with pytest.raises(InputError, match=r"^--websocket-url: none of the canaries"):
        refuse_unread([ours["api"]], websocket_url="wss://x/y", archives_bucket="bbb")
    for command in (("check", "--service", "examples/orders"), ("canaries", "run", "--service", "examples/orders")):
        done = sre(
            *command, "--url", "http://127.0.0.1:9", "--websocket-url", "wss://x/y", "--out", str(tmp_path / "o")
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "--websocket-url: none of the canaries reads it; leave it out" in done.stderr
