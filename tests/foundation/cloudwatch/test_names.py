"""Names: no two things have one, none is too long, and T-Developer's are what they are."""

import fnmatch
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import foundation.cloudwatch.name_limits as name_limits
from foundation.cloudwatch.limits import LimitError
from foundation.cloudwatch.names import (
    Scope,
    is_stack_of,
    keyed,
    logical_id,
    shortened,
    stack_arns_of,
    terraform_label,
)
from foundation.errors import InputError

OURS = Scope(service="t-developer", stage="production")
# Few words, so that joined names meet often.
_words = st.sampled_from(["a", "b", "api", "page", "ticket", "production", "staging", "t", "developer", "12", "1", "2"])
_labels = st.lists(_words, min_size=1, max_size=3).map("-".join)
_alarms = st.tuples(_labels, _labels, _labels, st.sampled_from(["page", "ticket"]), _labels)
_any_labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)


def alarm_of(parts: tuple[str, str, str, str, str]) -> str:
    service, stage, subject, severity, what = parts
    return Scope(service=service, stage=stage).alarm(subject, severity, what)


@given(one=_alarms, other=_alarms)
def test_two_alarms_have_one_name_only_where_they_are_one(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (alarm_of(one) == alarm_of(other)) is (one == other)  # pyright: ignore[reportArgumentType]


@given(one=st.tuples(_labels, _labels, _labels), other=st.tuples(_labels, _labels, _labels))
def test_two_objectives_have_one_group_rule_or_dashboard_only_where_they_are_one(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    makers: tuple[Callable[[Scope, str], str], ...] = (
        lambda scope, name: scope.trace_group(name, "bad"),
        Scope.rule,
        Scope.dashboard,
        Scope.grafana_uid,
        lambda scope, name: scope.named(name_limits.BUDGET, name),
        lambda scope, name: scope.named(name_limits.CANARY, name),
    )
    for make in makers:
        first, second = (make(Scope(service=service, stage=stage), name) for service, stage, name in (one, other))
        assert (first == second) is (one == other)


@given(service=_any_labels, stage=_any_labels, subject=_any_labels)
def test_no_name_is_longer_than_aws_takes(service: str, stage: str, subject: str) -> None:
    scope = Scope(service=service, stage=stage)
    assert len(scope.alarm(subject, "page", subject)) <= 255
    assert len(scope.rule(subject)) <= 64
    assert len(scope.trace_group(subject, "total")) <= 32
    assert len(scope.grafana_uid(subject)) <= 40
    assert len(scope.named(name_limits.BUDGET, subject)) <= 100
    assert len(scope.named(name_limits.FUNCTION, subject)) <= 64
    assert len(scope.topic("ticket", is_of_billing=True)) <= 256


def test_t_developers_names_are_their_parts() -> None:
    assert OURS.alarm("api-errors", "page", "fast", "long") == "t-developer-production-api-errors-page-fast-long"
    assert OURS.rule("deployments") == "t-developer-production-deployments-failed"
    assert OURS.topic("page", is_of_billing=False) == "t-developer-production-page"
    assert OURS.topic("page", is_of_billing=True) == "t-developer-production-billing-page"
    assert OURS.dashboard("overview") == OURS.grafana_uid("overview") == "t-developer-production-overview"
    assert OURS.named(name_limits.REST_API) == "t-developer-production"
    assert OURS.log_group_of_function("pipeline-step") == "/aws/lambda/t-developer-production-pipeline-step"


@pytest.mark.parametrize(
    ("service", "stage"),
    [("t", "developer-production"), ("t", "developer"), ("orders-prod", "eu"), ("my-production-app", "production")],
)
def test_what_could_be_read_as_another_service_or_stage_has_a_hash(service: str, stage: str) -> None:
    name = Scope(service=service, stage=stage).alarm(
        "production-api" if stage == "developer" else "api", "page", "fast"
    )
    assert re.fullmatch(rf"{service}-{stage}-.*-page-fast-[0-9a-f]{{8}}", name)


@pytest.mark.parametrize(("service", "stage"), [("orders", "prod"), ("orders", "staging"), ("my-shop", "staging")])
def test_what_can_be_read_in_one_way_has_none(service: str, stage: str) -> None:
    assert Scope(service=service, stage=stage).alarm("api", "page", "fast") == f"{service}-{stage}-api-page-fast"


def test_a_name_at_the_limit_stays_and_one_beyond_ends_in_a_hash() -> None:
    fits = "r" * (64 - len("orders-staging--failed"))
    assert Scope(service="orders", stage="staging").rule(fits) == f"orders-staging-{fits}-failed"
    longer = Scope(service="orders", stage="staging").rule(f"{fits}r")
    assert len(longer) == 64
    assert re.fullmatch(r"orders-staging-r+-[0-9a-f]{8}", longer)
    assert shortened("abcdefgh-jklmnopqr", most_characters=18) == "abcdefgh-jklmnopqr"
    assert re.fullmatch(r"abcdefgh-[0-9a-f]{8}", shortened("abcdefgh-jklmnopqrs", most_characters=18))


_anything = st.text(alphabet="aB1-_.h0", min_size=1, max_size=14)


@given(one=_anything, other=_anything)
def test_two_names_have_one_logical_id_or_label_only_where_they_are_one(one: str, other: str) -> None:
    assert (logical_id("alarm", one) == logical_id("alarm", other)) is (one == other)
    assert (terraform_label(one) == terraform_label(other)) is (one == other)


@given(name=st.text(min_size=1, max_size=300))
def test_logical_ids_and_labels_are_what_their_languages_take(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]{1,255}", logical_id("alarm", name), re.ASCII)
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", terraform_label(name), re.ASCII)


def test_a_name_that_its_words_tell_keeps_them_as_its_logical_id() -> None:
    assert logical_id("alarm", "t-developer-production-p99") == "AlarmTDeveloperProductionP99"
    assert terraform_label("t-developer-production-p99") == "t_developer_production_p99"
    assert re.fullmatch(r"AlarmTier12H[0-9a-f]{8}", logical_id("alarm", "tier-12"))
    assert logical_id("alarm", "tier-1-2") != logical_id("alarm", "tier-12") != logical_id("alarm", "tier12")
    # A name that ends as a hash does is hashed itself.
    assert re.fullmatch(r"RuleAH0123abcdH[0-9a-f]{8}", logical_id("rule", "a-h0123abcd"))


def test_a_key_that_stands_twice_is_an_error_and_nothing_takes_the_place_of_another() -> None:
    assert keyed([("a", 1), ("b", 2)], "alarms") == {"a": 1, "b": 2}
    with pytest.raises(InputError, match="two alarms have one name") as raised:
        keyed([("a", 1), ("b", 2), ("a", 3)], "alarms")
    assert raised.value.problems == ("a",)


def test_a_name_that_aws_would_refuse_is_refused_with_its_limit_and_page() -> None:
    name_limits.RULE.check("r" * 64)
    with pytest.raises(LimitError, match=r"1 to 64 characters, not 65 .*API_PutRule"):
        name_limits.RULE.check("r" * 65)
    for wrong in ("", "Größe", "a b", "a\n"):
        with pytest.raises(LimitError, match="AWS::Events::Rule"):
            name_limits.RULE.check(wrong)
    with pytest.raises(LimitError, match="is written as"):
        name_limits.CANARY.check("Upper")
    with pytest.raises(LimitError, match="3 to 255"):
        name_limits.TABLE.check("ab")


@pytest.mark.parametrize("kind", name_limits.KINDS, ids=lambda kind: kind.resource_type)
def test_every_kind_of_name_has_a_page_and_takes_ours(kind: name_limits.NameKind) -> None:
    assert kind.source.startswith("https://docs.aws.amazon.com/")
    kind.check("t-developer")
    kind.check("a" * kind.most_characters)
    with pytest.raises(LimitError):
        kind.check("a" * (kind.most_characters + 1))
    with pytest.raises(LimitError):
        kind.check("two\nlines")


STACKS = st.from_regex(r"[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,3}){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("prefix", "stack", "is_of"),
    [
        ("shop-production", "shop-production", True),
        ("shop-production", "shop-production-api", True),
        ("shop-production", "shop-production2-api", False),
        ("shop-production", "shop-productions", False),
        ("shop-production", "shop-prod", False),
        ("shop-production-", "shop-production-api", True),
        ("shop-production-", "shop-production", True),
        ("", "shop", False),
        ("-", "-shop", False),
    ],
)
def test_a_prefix_stands_for_the_stack_of_its_name_and_those_that_go_on_with_a_dash(
    prefix: str, stack: str, is_of: bool
) -> None:
    assert is_stack_of(prefix, stack) is is_of


@given(prefix=STACKS, more=st.sampled_from(["", "-api", "2-api", "x"]), stack=STACKS)
def test_the_pattern_of_the_rule_has_the_same_stacks_as_the_report(prefix: str, more: str, stack: str) -> None:
    for name in (prefix + more, stack):
        arn = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/8bdc-11"
        matches = any(fnmatch.fnmatchcase(arn, each) for each in stack_arns_of(prefix))
        assert matches is is_stack_of(prefix, name)
