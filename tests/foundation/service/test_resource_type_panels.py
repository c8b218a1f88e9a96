"""The section `panels` of a kind's file: a panel without a unit, or of what there is not, is refused."""

from pathlib import Path

import pytest

from foundation.errors import InputError
from foundation.service.panels import ForEach, GraphTemplate, LogsTemplate, TextTemplate, page_name
from foundation.service.resource_type import ResourceType
from foundation.service.resource_type_file import DIRECTORY, kinds_of, known_titles, known_types, read_resource_type

GOOD = """\
panels:
- title: "${label}: depth"
  unit: count
  namespace: AWS/SQS
  dimensions: {QueueName: name}
  lines:
  - {metric: ApproximateNumberOfMessagesVisible, statistic: Maximum}
"""


def read(directory: Path, panels: str) -> ResourceType:
    """The kind of queues with other panels."""
    before = (DIRECTORY / "aws_sqs_queue.yaml").read_text()
    section = before[before.index("panels:") : before.index("# Its lines of the bill")]
    file = directory / "aws_sqs_queue.yaml"
    file.write_text(before.replace(section, f"{panels}\n"))
    return read_resource_type(file)


def test_a_good_panel_is_read(tmp_path: Path) -> None:
    (panel,) = read(tmp_path, GOOD).panels
    assert isinstance(panel, GraphTemplate)
    assert (panel.title, panel.for_each, panel.objectives) == ("${label}: depth", ForEach.PANEL, None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  unit: count\n", "", "unit: is missing; a graph needs one of count, ms"),
        ("NumberOfMessagesVisible", "NumberOfMessages", "lines.metric: AWS/SQS has no metric 'ApproximateNumberOfMessages'"),
        ("QueueName: name", "Queue: name", "has no dimension 'Queue'"),
        ("QueueName: name", "QueueName: {fact: names}", "dimensions.QueueName: no fact is called 'names'"),
        ("unit: count", "unit: s", "Maximum of ApproximateNumberOfMessagesVisible is in count, and the panel in s"),
        ("  unit", "  of: jobs\n  unit", "of: a kind's panels are of its resources; take this key away"),
        ("  unit", "  objectives: [age]\n  unit", "objectives: a kind's file cannot name objectives; write all or none"),
        ("${label}: depth", "${name}: depth", "${name} is not known here"),
    ],
)  # fmt: skip
def test_a_wrong_one_is_told_with_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        read(tmp_path, GOOD.replace(old, new))
    assert any(said in str(problem) for problem in raised.value.problems), raised.value.problems


def test_the_fact_that_names_a_log_group_is_one_of_the_kind(tmp_path: Path) -> None:
    logs = "panels:\n- title: Failures\n  logs: {group: '/x/${name}', fact: retention_second, query: limit 1}\n"
    with pytest.raises(InputError) as raised:
        read(tmp_path, logs)
    (problem,) = raised.value.problems
    assert problem.endswith("logs.fact: no fact is called 'retention_second'; did you mean retention_seconds?")
    (panel,) = read(tmp_path, logs.replace("second,", "seconds,")).panels
    assert isinstance(panel, LogsTemplate)
    assert (panel.log_group, panel.fact) == ("/x/${name}", "retention_seconds")


def test_a_line_that_two_resources_would_share_is_refused(tmp_path: Path) -> None:
    line = (
        "  for_each: line\n  lines:\n  - {id: depth, metric: ApproximateNumberOfMessagesVisible, statistic: Maximum}\n"
    )
    with pytest.raises(InputError, match="ids are of one line each, and depth is of several"):
        read(tmp_path, GOOD.partition("  lines:")[0].replace("${label}: ", "") + line)


def test_every_graph_of_every_kind_says_whose_it_is() -> None:
    """By its title, or by a line for each resource."""
    for type_ in known_types():
        for kind in kinds_of(type_):
            for panel in kind.panels:
                assert not isinstance(panel, TextTemplate)
                assert not isinstance(panel, GraphTemplate) or (
                    panel.for_each is ForEach.LINE or "${label}" in panel.title
                ), (type_, panel.title)


def test_no_two_kinds_have_one_page() -> None:
    titles = [kind.title for type_ in dict.fromkeys(known_types()) for kind in kinds_of(type_)]
    assert len({page_name(title) for title in titles}) == len(titles)
    assert known_titles() == set(titles)
