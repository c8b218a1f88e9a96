"""What an update adds, what it keeps and what it names; what a person wrote stays byte for byte."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InputError
from foundation.service.resources import Resource
from sre.jobs.init.service_yaml import service_yaml
from sre.jobs.init.update import Kept, updated
from tests.sre.jobs.init.shop import NAMED

FILE = Path("service.yaml")
TABLE = Resource(type="AWS::DynamoDB::Table", label="orders", name="orders-production", arn="a")
CREATE = Resource(
    type="AWS::Lambda::Function", label="create", name="create-production", arn="a", needs=("orders",),
    facts=(("timeout_seconds", Decimal(10)), ("runtime", "python3.12")),
)  # fmt: skip
QUEUE = Resource(type="AWS::SQS::Queue", label="work", name="work-production", arn="a", facts=(("is_fifo", True),))
TEXT = """\
# The shop's.
service: shop   # ours
resources:
# What keeps the orders.
- label: orders
  type: AWS::DynamoDB::Table
  name: "orders-${stage}"
- {label: create, type: AWS::Lambda::Function, name: 'create-${stage}', facts: {timeout_seconds: 10}, needs: []}   # in one line
# The end.
"""


def test_what_is_new_stands_where_it_belongs_and_everything_else_stays() -> None:
    there = (TABLE, replace(CREATE, needs=(), facts=CREATE.facts[:1]))
    found = (TABLE, replace(CREATE, needs=("orders", "work")), QUEUE)
    update = updated(TEXT, FILE, there, found, stage="production")
    assert update.text == TEXT.replace("timeout_seconds: 10}", "timeout_seconds: 10, runtime: python3.12}").replace(
        "needs: []", "needs: [orders, work]"
    ).replace("# The end.\n", '- label: work\n  type: AWS::SQS::Queue\n  name: "work-${stage}"\n  arn: a\n'
              "  facts: {is_fifo: true}\n# The end.\n")  # fmt: skip
    assert [each.label for each in update.added] == ["work"]
    assert update.grown == (("create", "facts"), ("create", "needs"))
    assert (update.kept, update.gone) == ((), ())


def test_what_a_person_changed_is_kept_and_named() -> None:
    there = (TABLE, replace(CREATE, name="create-by-hand", facts=(("timeout_seconds", Decimal(30)), ("runtime", "go"))))
    update = updated(TEXT, FILE, there, (TABLE, CREATE), stage="production")
    assert update.kept == (
        Kept(label="create", key="timeout_seconds", here="30", in_template="10"),
        Kept(label="create", key="runtime", here="go", in_template="python3.12"),
        Kept(label="create", key="name", here="create-by-hand", in_template="create-production"),
    )


def test_what_is_struck_does_not_come_back() -> None:
    text = TEXT.replace("needs: []", "needs: [], not_needs: [orders]")
    update = updated(text, FILE, (TABLE, replace(CREATE, needs=())), (TABLE, CREATE), stage="production")
    assert "needs: [], not_needs: [orders]" in update.text


def test_a_need_that_is_there_already_is_not_added_again() -> None:
    text = TEXT.replace("needs: []", "needs: [orders], facts: {}").replace(", facts: {timeout_seconds: 10}", "")
    update = updated(text, FILE, (TABLE, replace(CREATE, facts=())), (TABLE, CREATE), stage="production")
    assert update.grown == (("create", "facts"),)
    assert "needs: [orders], facts: {timeout_seconds: 10, runtime: python3.12}}" in update.text


def test_what_has_gone_is_named_and_stays() -> None:
    update = updated(TEXT, FILE, (TABLE, replace(CREATE, needs=())), (TABLE,), stage="production")
    assert (update.text, update.gone) == (TEXT, ("create",))


def test_a_label_that_a_person_changed_is_what_new_needs_name() -> None:
    there = (replace(TABLE, label="the-orders"), replace(CREATE, needs=()))
    text = TEXT.replace("- label: orders", "- label: the-orders").replace("timeout_seconds: 10", "x: 1")
    update = updated(text, FILE, there, (TABLE, replace(CREATE, facts=())), stage="production")
    assert "needs: [the-orders]" in update.text
    assert (update.added, update.gone) == ((), ())


def test_a_new_resource_whose_label_is_taken_gets_a_number() -> None:
    found = (replace(CREATE, needs=("orders",)), replace(QUEUE, label="orders"))
    update = updated(TEXT, FILE, (TABLE, replace(CREATE, needs=())), found, stage="production")
    assert "needs: [orders-2]" in update.text
    assert [each.label for each in update.added] == ["orders-2"]


def test_an_alias_cannot_grow() -> None:
    text = TEXT.replace('name: "orders-${stage}"', 'name: "orders-${stage}"\n  needs: &none []').replace(
        "needs: []}", "needs: *none}"
    )
    with pytest.raises(InputError, match="needs: is an alias of what stands elsewhere; write it out"):
        updated(text, FILE, (TABLE, replace(CREATE, needs=())), (TABLE, CREATE), stage="production")


def test_what_another_place_is_an_alias_of_cannot_grow_either() -> None:
    text = TEXT.replace('name: "orders-${stage}"', 'name: "orders-${stage}"\n  needs: &none []').replace(
        "needs: []}", "not_needs: *none}"
    )
    found = (replace(TABLE, needs=("create",)), replace(CREATE, needs=()))
    with pytest.raises(InputError, match="has no place in it that changes nothing else"):
        updated(text, FILE, (TABLE, replace(CREATE, needs=())), found, stage="production")


LABELS = ("orders", "create", "work", "mail")
RESOURCES = st.lists(
    st.builds(
        lambda label, needs, facts: Resource(
            type="AWS::SQS::Queue", label=label, name=f"{label}-production", arn=f"arn-{label}",
            needs=tuple(each for each in needs if each != label), facts=tuple(facts.items()),
        ),
        st.sampled_from(LABELS), st.lists(st.sampled_from(LABELS), unique=True, max_size=3),
        st.dictionaries(st.sampled_from(["is_fifo", "visibility_seconds"]), st.just(Decimal(5)), max_size=2),
    ),
    unique_by=lambda each: each.label, max_size=4,
)  # fmt: skip


def among_themselves(resources: list[Resource]) -> list[Resource]:
    """The same, which need nothing that is not there."""
    labels = {each.label for each in resources}
    return [replace(each, needs=tuple(need for need in each.needs if need in labels)) for each in resources]


@given(RESOURCES.map(among_themselves), RESOURCES.map(among_themselves))
def test_after_an_update_nothing_is_new_and_no_byte_of_before_has_gone(
    before: list[Resource], after: list[Resource]
) -> None:
    text = service_yaml(NAMED, before)
    first = updated(text, FILE, before, after, stage="production")
    left = iter(first.text.splitlines())
    changed = {label for label, _ in first.grown}
    unchanged = [line for line in text.splitlines() if not changed or ("needs" not in line and "facts" not in line)]
    assert all(line in left or line == "resources: []" for line in unchanged)
    labels = {each.label: each for each in after}
    both = [
        replace(
            each,
            needs=(*each.needs, *(need for need in labels[each.label].needs if need not in each.needs)),
            facts=tuple((dict(labels[each.label].facts) | dict(each.facts)).items()),
        )
        if each.label in labels
        else each
        for each in before
    ]
    there = [*both, *first.added]
    second = updated(first.text, FILE, there, after, stage="production")
    assert second.text == first.text
    assert (second.added, second.grown) == ((), ())
    assert set(first.gone) == {each.label for each in before} - labels.keys()
