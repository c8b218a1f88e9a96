"""`sre init` as a person runs it: what it prints, what it writes, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.checkout import ROOT
from tests.sre.cli.command_line import Done, sre
from tests.sre.jobs.init.shop import QUEUE, SHOP

ORDERS = ROOT / "examples/orders/template.yaml"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a template of a shop."""
    directory = tmp_path / "shop"
    directory.mkdir()
    (directory / "template.yaml").write_text(SHOP)
    monkeypatch.chdir(directory)
    return directory


def init(*arguments: str) -> Done:
    return sre("init", "--template", "template.yaml", *arguments)


def data(*arguments: str) -> Any:
    return json.loads(init("--json", *arguments).stdout)


def test_it_prints_what_it_understood_what_it_wrote_and_the_next_three_commands(tmp_path: Path) -> None:
    done = sre("init", "--template", str(ORDERS), "--out", str(tmp_path / "orders"))
    assert (done.returncode, done.stderr) == (0, "")
    for said in (
        "20 resources",
        "Defaults of parameters, which --parameter changes: Environment=production, ShippingFails=no",
        "Watched: 8 resources",
        "create-order           function           orders-table, shipping-queue",
        "shipping-dead-letters  dead-letter queue",
        "Free, without a watch of their own: 12 resources",
        "  who may do what: CreateOrderRole, GetOrderRole, ShipOrderRole",
        "Only a deployment knows OrdersApi.",
        "7 objectives to begin with: shipping-queue-age,",
        f"Next:\n  sre objectives check --service {tmp_path}/orders\n  sre alarms list --service {tmp_path}/orders\n"
        f"  sre dashboards preview --service {tmp_path}/orders --simulate\n",
    ):
        assert " ".join(said.split()) in " ".join(done.stdout.split())


def test_a_service_is_called_after_its_template_or_the_directory_that_it_lies_in(shop: Path) -> None:
    init()
    assert "\nservice: shop\ntitle: Shop\n" in (shop / "service.yaml").read_text()
    (shop / "template.yaml").rename(shop / "Web-Store.yaml")
    sre("init", "--template", "Web-Store.yaml", "--out", "other")
    assert "\nservice: web-store\ntitle: Web store\n" in (shop / "other/service.yaml").read_text()
    sre("init", "--template", "Web-Store.yaml", "--out", "third", "--name", "mine")
    assert "\nservice: mine\n" in (shop / "third/service.yaml").read_text()


def test_what_is_there_is_not_overwritten(shop: Path) -> None:
    init()
    (shop / "service.yaml").write_text("mine")
    done = init()
    assert done.returncode == 2
    assert "service.yaml and objectives.yaml: there already; --update adds what is new" in done.stderr
    assert (shop / "service.yaml").read_text() == "mine"
    assert init("--force").returncode == 0


def test_an_update_says_what_is_new_what_is_kept_and_what_has_gone(shop: Path) -> None:
    init()
    (shop / "template.yaml").write_text(
        SHOP.replace("Timeout: 10", "Timeout: 20").replace("  Orders: {", "  Sold: {").replace("!Ref Orders", "!Ref Sold")
        .replace("orders-production", "sold-production") + QUEUE
    )  # fmt: skip
    done = init("--update")
    for said in (
        "New: sold, work",
        "More needs: create",
        "Kept: create: timeout_seconds is 10, and 20 in the template",
        "In no template: orders. Take out what is there no more; what you added yourself stays.",
        "Changed service.yaml and objectives.yaml",
        "1 objective to begin with: work-age",
    ):
        assert said in " ".join(done.stdout.split())
    again = data("--update")
    assert (again["files"], again["added"], again["grown"], again["gone"]) == ([], [], [], ["orders"])
    assert again["kept"] == [{"label": "create", "key": "timeout_seconds", "here": "10", "in_template": "20"}]


def test_an_unknown_type_and_what_is_left_out_are_named(shop: Path) -> None:
    (shop / "template.yaml").write_text(
        "Conditions: {No: !Equals [a, b]}\n" + SHOP + "  Odd: {Type: Shop::Own::Thing}\n"
        "  Gone: {Type: AWS::SQS::Queue, Condition: No}\n  Logs: {Type: AWS::Logs::LogGroup}\n"
    )
    done = init()
    assert "Of unknown types, without alarms and without a price: 1 resource\n  Shop::Own::Thing: odd" in done.stdout
    assert "Left out, for its condition No is false: Gone" in done.stdout
    assert "Paid for, without alarms of their own: 1 resource" in done.stdout
    found = data("--force")
    assert [each["kind"] for each in found["resources"]] == ["table", "function", None, "log group"]
    assert found["left_out"] == [{"resource": "Gone", "type": "AWS::SQS::Queue", "condition": "No"}]


def test_a_broken_template_is_every_problem_and_no_file(shop: Path) -> None:
    (shop / "template.yaml").write_text(SHOP.replace("!Ref Orders", "!Ref Ordes") + "  Two: {Properties: {}}\n")
    done = init()
    assert (done.returncode, done.stdout) == (2, "")
    assert "template.yaml:8: Resources: Create: there is no parameter and no resource Ordes; did you mean Orders?" in (
        done.stderr
    )
    assert "template.yaml:9: Resources: Two: a resource is a mapping with a Type" in done.stderr
    assert not (shop / "service.yaml").exists()


def test_without_a_template_a_blank_file_is_written(shop: Path) -> None:
    done = sre("init", "--name", "mine")
    assert done.returncode == 0
    assert "Wrote service.yaml and objectives.yaml" in done.stdout
    assert sre("objectives", "check", "--service", ".").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--update",), "--update needs --template or --stack: what is new would be read from them"),
        (("--stack", "shop"), "--stack needs --region: the Region that it is deployed in"),
        (("--region", "eu-west-1"), "--region: of no use without --stack"),
        (
            ("--stack", "shop", "--region", "eu-west-1", "--template", "template.yaml"),
            "--template: of no use with --stack",
        ),
        (("--parameter", "A=b"), "--parameter: of no use without --template"),
        (("--template", "template.yaml", "--update", "--name", "x"), "--name: of no use with --update"),
        (("--template", "template.yaml", "--update", "--force"), "--force: of no use with --update"),
        (("--template", "template.yaml", "--update"), "service.yaml: there is none that could be updated"),
        (("--template", "template.yaml", "--parameter", "A=b"), "no template has a parameter 'A'"),
        (("--template", "."), "no cdk.out, which has a manifest.json; name the files of templates"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...], said: str, shop: Path) -> None:
    done = sre("init", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_another_stage_is_what_names_are_of_every_stage_by(shop: Path) -> None:
    init("--stage", "staging")
    text = (shop / "service.yaml").read_text()
    assert "stages: [staging]" in text
    assert "name: orders-production" in text
    assert data("--stage", "staging", "--force")["next_commands"][1] == "sre alarms list --service . --stage staging"
