"""A resource of the service under watch, as alarms, dashboards and the bill know it."""

from dataclasses import dataclass
from decimal import Decimal

# What is known of a resource beside its name: a text, which may have parameters, a number, or whether something is so.
FactValue = str | Decimal | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of the stacks: its CloudFormation type, a short name for people, and its physical name and ARN.

    `facts` are by the names that its type's file declares. `needs` are the labels of the resources that it calls or waits for.
    `no_alarms` says why the alarms of its type are not for it; empty where they are.
    """

    type: str
    label: str
    name: str
    arn: str
    facts: tuple[tuple[str, FactValue], ...] = ()
    needs: tuple[str, ...] = ()
    no_alarms: str = ""

    def fact(self, name: str) -> FactValue | None:
        """One of its facts by name; None where it is not known."""
        return dict(self.facts).get(name)
