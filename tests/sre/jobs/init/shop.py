"""A small template, its inventory, and the files of it."""

from pathlib import Path

from foundation.cloudformation.stacks import read_templates
from foundation.service.from_templates import Inventory, inventory_of
from sre.jobs.init.files import Written, write_first, write_update
from sre.jobs.init.service_yaml import Named

POLICY = Path(__file__).resolve().parents[4] / "tdeveloper/burn_rate.yaml"
NAMED = Named(service="shop", title="Shop", owner="shop", stage="production", source="shop.yaml", about="A shop.")
SHOP = """\
Resources:
  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders-production}}
  Create:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: create-production
      Timeout: 10
      Environment: {Variables: {TABLE: !Ref Orders}}
"""
QUEUE = "  Work: {Type: AWS::SQS::Queue, Properties: {QueueName: work-production}}\n"


def inventory(directory: Path, text: str = SHOP) -> Inventory:
    """The inventory of a template of this text."""
    file = directory / "shop.yaml"
    file.write_text(text)
    return inventory_of(read_templates([file], {}))


def first(directory: Path, text: str = SHOP) -> Written:
    """The first files, below `out`."""
    return write_first(NAMED, inventory(directory, text), directory / "out", force=False)


def update(directory: Path, text: str) -> Written:
    """What is new in a template of this text, in those files."""
    return write_update(inventory(directory, text), directory / "out", stage="production", burn_rate=POLICY)
