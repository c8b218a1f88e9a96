"""An assembly that AWS would refuse is not kept."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import infra.assembly as assembly
from foundation.cloudwatch.limits import LimitError
from foundation.errors import InputError
from infra.assembly_checks import check_assembly
from infra.settings import Settings

TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "page"}}


def written(directory: Path, **regions: str) -> Path:
    directory.mkdir(exist_ok=True)
    artifacts: dict[str, Any] = {}
    for stack, region in regions.items():
        artifacts[stack] = {"environment": f"aws://unknown-account/{region}"}
        (directory / f"{stack}.template.json").write_text(json.dumps({"Resources": {"A": TOPIC}}))
    (directory / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return directory


def test_two_topics_of_one_name_are_refused_where_their_regions_are_one(tmp_path: Path) -> None:
    made = written(tmp_path, one="unknown-region", two="us-east-1")
    check_assembly(made, ("one", "two"), region="eu-west-1")
    with pytest.raises(InputError, match="one name in AWS") as raised:
        check_assembly(made, ("one", "two"), region="us-east-1")
    assert "A of one and A of two" in str(raised.value)


def test_a_template_that_is_too_large_is_refused(tmp_path: Path) -> None:
    made = written(tmp_path, one="us-east-1")
    resources = {f"A{number}": {"Type": "AWS::SNS::Topic"} for number in range(501)}
    (made / "one.template.json").write_text(json.dumps({"Resources": resources}))
    with pytest.raises(LimitError, match="the template one has 501 resources"):
        check_assembly(made, ("one",), region="us-east-1")


def synthesizing(regions: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        written(Path(command[-1]), **regions)
        return subprocess.CompletedProcess(command, 0, stdout=json.dumps(list(regions)), stderr="")

    monkeypatch.setattr(assembly, "run_child", run)


def test_what_is_refused_is_not_written_and_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "cdk.out"
    out.mkdir()
    (out / "before").write_text("kept")
    synthesizing({"one": "us-east-1", "two": "us-east-1"}, monkeypatch)
    with pytest.raises(InputError, match="one name"):
        assembly.assemble(Settings(stage="staging"), out)
    assert [each.relative_to(tmp_path) for each in tmp_path.rglob("*")] == [Path("cdk.out"), Path("cdk.out/before")]


def test_what_is_taken_is_put_over_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = written(tmp_path / "cdk.out", old="us-east-1")
    synthesizing({"one": "us-east-1"}, monkeypatch)
    assert assembly.assemble(Settings(stage="staging"), out) == ("one",)
    assert sorted(each.name for each in out.iterdir()) == ["manifest.json", "old.template.json", "one.template.json"]
    assert "one" in json.loads((out / "manifest.json").read_text())["artifacts"]
    assert [each.name for each in tmp_path.iterdir()] == ["cdk.out"]
