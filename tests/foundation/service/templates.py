"""Inventories of templates that are written out in a test."""

from pathlib import Path

from foundation.service.from_templates import Inventory, inventory_of
from foundation.service.resources import Resource
from tests.foundation.cloudformation.templates import read


def inventory(directory: Path, text: str, **parameters: str) -> Inventory:
    """The inventory of a template of this text."""
    return inventory_of(read(directory, text, **parameters))


def by_label(found: Inventory) -> dict[str, Resource]:
    """Its resources by their labels."""
    return {each.label: each for each in found.resources}


def needs(directory: Path, text: str) -> dict[str, tuple[str, ...]]:
    """What each resource needs that needs anything."""
    return {each.label: each.needs for each in inventory(directory, text).resources if each.needs}
