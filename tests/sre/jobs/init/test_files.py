import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.service.service_file import read_service
from foundation.slo.reader import check_objectives
from sre.cli.types.names import SERVICE
from sre.jobs.init.files import service_name, write_first, write_update
from tests.sre.jobs.init.shop import NAMED, POLICY, QUEUE, SHOP, first, inventory, update


def test_what_is_written_is_read_back_as_it_was_understood(tmp_path: Path) -> None:
    written = first(tmp_path, SHOP + QUEUE)
    service = read_service(tmp_path / "out", stage="production", burn_rate=POLICY)
    assert service.resources == inventory(tmp_path, SHOP + QUEUE).resources
    assert (service.name, service.title, service.owner, service.stages) == ("shop", "Shop", "shop", ("production",))
    read = check_objectives(service.files.objectives, stage="production")
    assert tuple(each.name for each in read.objectives) == written.objectives == ("create-errors", "work-age")
    assert read.warnings == ()


def test_another_stage_has_names_of_its_own(tmp_path: Path) -> None:
    first(tmp_path)
    text = (tmp_path / "out/service.yaml").read_text()
    assert 'name: "orders-${stage}"' in text
    (tmp_path / "out/service.yaml").write_text(text.replace("[production]", "[production, staging]"))
    staging = read_service(tmp_path / "out", stage="staging", burn_rate=POLICY)
    assert [each.name for each in staging.resources] == ["orders-staging", "create-staging"]


def test_a_blank_file_has_every_key_as_a_comment_and_is_read(tmp_path: Path) -> None:
    write_first(NAMED, None, tmp_path, force=False)
    service = read_service(tmp_path, stage="production", burn_rate=POLICY)
    assert service.resources == ()
    assert [each.name for each in check_objectives(service.files.objectives, stage="production").objectives] == [
        "monthly-cost"
    ]
    commented = [line.removeprefix("# ") for line in (tmp_path / "service.yaml").read_text().splitlines()]
    assert {"tags", "about", "cost_unit", "metric_namespace", "metrics"} <= {line.split(":")[0] for line in commented}


def test_files_that_are_there_are_not_overwritten_without_a_word(tmp_path: Path) -> None:
    first(tmp_path)
    (tmp_path / "out/objectives.yaml").unlink()
    with pytest.raises(InputError, match=r"out/service.yaml: there already; --update adds what is new to them"):
        first(tmp_path)
    assert not (tmp_path / "out/objectives.yaml").exists()
    write_first(NAMED, inventory(tmp_path), tmp_path / "out", force=True)
    assert (tmp_path / "out/objectives.yaml").exists()


def test_an_update_adds_a_resource_and_its_objective_and_the_next_changes_no_byte(tmp_path: Path) -> None:
    first(tmp_path)
    before = (tmp_path / "out/service.yaml").read_bytes()
    written = update(tmp_path, SHOP + QUEUE)
    assert [file.name for file in written.files] == ["service.yaml", "objectives.yaml"]
    assert written.objectives == ("work-age",)
    after = (tmp_path / "out/service.yaml").read_bytes()
    assert after == before + b'- label: work\n  type: AWS::SQS::Queue\n  name: "work-${stage}"\n'
    objectives = (tmp_path / "out/objectives.yaml").read_bytes()
    again = update(tmp_path, SHOP + QUEUE)
    assert (again.files, again.is_changed) == ((), False)
    assert (tmp_path / "out/service.yaml").read_bytes() == after
    assert (tmp_path / "out/objectives.yaml").read_bytes() == objectives
    assert check_objectives(tmp_path / "out/objectives.yaml", stage="production").warnings == ()


def test_an_objective_that_was_taken_out_does_not_come_back(tmp_path: Path) -> None:
    first(tmp_path)
    file = tmp_path / "out/objectives.yaml"
    kept = file.read_text().split("---\n")[:2]
    file.write_text("---\n".join(kept) + "---\napiVersion: t-developer/v1\nkind: CostObjective\n"
                    "metadata: {name: money}\nspec: {service: shop, limitUsd: 5}\n")  # fmt: skip
    before = file.read_bytes()
    assert update(tmp_path, SHOP).files == ()
    assert file.read_bytes() == before


MORE = """  Another:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: another-production, Handler: a.b, Runtime: python3.13}
"""


def test_nothing_is_promised_of_a_new_resource_where_nothing_is_of_the_others_of_its_type(tmp_path: Path) -> None:
    first(tmp_path)
    promised = update(tmp_path, SHOP + MORE)
    assert (promised.objectives, promised.unpromised) == (("another-errors",), ())
    other = tmp_path / "other"
    other.mkdir()
    first(other)
    file = other / "out/objectives.yaml"
    # An objective of the name that it would have, on something else: what it counts decides.
    file.write_text(file.read_text().replace("AWS/Lambda", "Mine/Lambda").replace("FunctionName", "Name"))
    before = file.read_bytes()
    written = update(other, SHOP + MORE + QUEUE)
    assert (written.objectives, written.unpromised) == (("work-age",), ("another",))
    assert file.read_bytes().startswith(before)
    assert b"another" not in file.read_bytes()


def test_objectives_keep_their_line_ends_when_one_is_added(tmp_path: Path) -> None:
    first(tmp_path)
    file = tmp_path / "out/objectives.yaml"
    before = file.read_bytes().replace(b"\n", b"\r\n").rstrip()
    file.write_bytes(before)
    update(tmp_path, SHOP + QUEUE)
    after = file.read_bytes()
    assert after.startswith(before + b"\r\n---\r\n")
    assert b"\n" not in after.removeprefix(before).replace(b"\r\n", b"")


def test_a_byte_order_mark_stays_where_it_was(tmp_path: Path) -> None:
    first(tmp_path)
    file = tmp_path / "out/service.yaml"
    before = b"\xef\xbb\xbf" + file.read_bytes()
    file.write_bytes(before)
    update(tmp_path, SHOP + QUEUE)
    assert file.read_bytes().startswith(before)


def test_without_files_there_is_nothing_to_update(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is none that could be updated; leave --update out"):
        update(tmp_path, SHOP)


def test_files_that_are_wrong_are_not_touched(tmp_path: Path) -> None:
    first(tmp_path)
    file = tmp_path / "out/service.yaml"
    file.write_text(file.read_text().replace("label: create", "label: CREATE"))
    before = file.read_bytes()
    with pytest.raises(InputError, match="label: must match"):
        update(tmp_path, SHOP + QUEUE)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "name"),
    [("orders", "orders"), ("My Shop!", "my-shop"), ("2nd", "service-2nd"), ("", "service"), ("x" * 60, "x" * 40)],
)
def test_a_service_is_called_as_its_template_suggests(text: str, name: str) -> None:
    assert service_name(text) == name


@given(st.text(max_size=60))
def test_whatever_a_template_is_called_its_service_has_a_name(text: str) -> None:
    assert SERVICE.matches(service_name(text))


ODD = st.text(max_size=12) | st.sampled_from(["${stage}", "${", "a: b", "null", "production", "Yes", "0123", "x" * 300])
TYPES = (
    "AWS::SQS::Queue",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
    "AWS::ApiGateway::RestApi",
    "Own::A::B::MODULE",
)
KEYS = ("QueueName", "FunctionName", "TableName", "Name", "Runtime", "Timeout", "DelaySeconds")
RESOURCES = st.dictionaries(
    st.text("abcXYZ_-.019ä ", min_size=1, max_size=8),
    st.fixed_dictionaries(
        {
            "Type": st.sampled_from(TYPES),
            "Properties": st.dictionaries(
                st.sampled_from(KEYS),
                ODD | st.integers() | st.booleans() | st.lists(ODD, max_size=2) | st.just({"Ref": "P-1"}),
                max_size=4,
            ),
        }
    ),
    max_size=4,
)


# What looked like a parameter, and what AWS takes for no name, once was one.
@given(RESOURCES, ODD)
@example({"0": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "${stage}"}}}, "")
@example({"0": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "¡"}}}, "")
def test_whatever_a_template_has_for_names_what_is_written_is_read(resources: dict[str, Any], about: str) -> None:
    template = {"Parameters": {"P-1": {"Type": "String"}}, "Description": about, "Resources": resources}
    with TemporaryDirectory() as directory:
        found = inventory(Path(directory), json.dumps(template))
        write_first(NAMED, found, Path(directory), force=False)
        service = read_service(Path(directory), stage="production", burn_rate=POLICY)
        assert [each.label for each in service.resources] == [each.label for each in found.resources]
        assert [each.name for each in service.resources] == [each.name for each in found.resources]
        check_objectives(
            Path(directory) / "objectives.yaml", stage="production", parameters=lambda _: found.parameters
        )  # fmt: skip
        update = write_update(found, Path(directory), stage="production", burn_rate=POLICY)
        assert update.files == ()
