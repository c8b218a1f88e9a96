"""A service.yaml without a template: every key that there is, as a comment with an example."""

from pathlib import Path

from foundation.files.bounded import read_text
from foundation.files.yaml_writing import in_one_line, scalar
from sre.jobs.init.service_yaml import Named

_FILE = Path(__file__).with_name("blank_service.yaml")


def blank_service_yaml(named: Named) -> str:
    """The text of the file."""
    return read_text(_FILE).format(
        service=named.service,
        title=scalar(named.title),
        owner=scalar(named.owner),
        stages=in_one_line([named.stage]),
    )
