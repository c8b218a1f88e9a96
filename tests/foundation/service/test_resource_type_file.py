"""The reader of the files of kinds: what is said of a fact that there is not, or cannot be read, is told with its key."""

from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.resource_type_file import DIRECTORY, read_resource_type


@pytest.mark.parametrize(
    ("of", "old", "new", "said"),
    [
        (
            "aws_synthetics_canary",
            "runs: schedule",
            "runs: schedules",
            "runs: there is no fact 'schedules'; did you mean schedule?",
        ),
        (
            "aws_lambda_function",
            "when: {has_stream: true}",
            "when: {has_steam: true}",
            "when: there is no fact 'has_steam'; did you mean has_stream?",
        ),
        (
            "aws_elasticache_replicationgroup",
            "matches: disabled",
            "matches: '(disabled'",
            "is_sharded.otherwise.matches: is no regular expression: missing ), unterminated subpattern at position 0",
        ),
    ],
)
def test_a_fact_that_there_is_not_is_told_with_its_key(of: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    text = (DIRECTORY / f"{of}.yaml").read_text()
    assert old in text
    file = tmp_path / f"{of}.yaml"
    file.write_text(text.replace(old, new))
    with pytest.raises(InputError) as raised:
        read_resource_type(file)
    assert any(said in problem for problem in raised.value.problems), raised.value.problems
