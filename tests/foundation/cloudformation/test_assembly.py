from pathlib import Path

import pytest

from foundation.cloudformation.assembly import assembled_stacks
from foundation.errors import InputError
from tests.foundation.cloudformation.templates import written


def manifest(directory: Path, artifact: str) -> None:
    written(directory, f'{{"artifacts": {{"One": {artifact}}}}}', "manifest.json")


def test_a_stack_has_its_name_its_template_and_the_parameters_that_the_synthesis_gives_it(tmp_path: Path) -> None:
    manifest(
        tmp_path,
        '{"type": "aws:cloudformation:stack", "properties": {"templateFile": "One.template.json", "parameters": {"A": "b"}}}',
    )
    (stack,) = assembled_stacks(tmp_path)
    assert (stack.name, stack.file, stack.parameters) == ("One", tmp_path / "One.template.json", {"A": "b"})


def test_a_directory_that_is_no_cdk_out_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no cdk.out, which has a manifest.json; name the files of templates, or run"):
        assembled_stacks(tmp_path)


def test_a_manifest_without_a_stack_is_refused(tmp_path: Path) -> None:
    manifest(tmp_path, '{"type": "cdk:tree"}')
    with pytest.raises(InputError, match="it names no stack"):
        assembled_stacks(tmp_path)


def test_a_manifest_of_another_form_is_refused(tmp_path: Path) -> None:
    manifest(tmp_path, '{"properties": []}')
    with pytest.raises(InputError, match=r"artifacts.One.type: is missing"):
        assembled_stacks(tmp_path)


@pytest.mark.parametrize(
    "artifact",
    [
        '{"type": "aws:cloudformation:stack", "properties": {"templateFile": "../One.template.json"}}',
        '{"type": "cdk:cloud-assembly", "properties": {"directoryName": "/etc"}}',
    ],
)
def test_a_manifest_leads_nowhere_outside_of_its_directory(artifact: str, tmp_path: Path) -> None:
    manifest(tmp_path / "cdk.out", artifact)
    with pytest.raises(InputError, match="lies outside of"):
        assembled_stacks(tmp_path / "cdk.out")


def test_an_assembly_that_is_in_itself_is_refused(tmp_path: Path) -> None:
    manifest(tmp_path, '{"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}')
    with pytest.raises(InputError, match="nested more than 5 levels deep"):
        assembled_stacks(tmp_path)
