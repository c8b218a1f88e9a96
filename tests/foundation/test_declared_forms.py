"""What the forms and values of the deciding files declare: each bound is stated here a second time, and so is each default.

A bound that AWS or OpenSLO sets has its source beside it; the others are ours, and whoever changes one changes a file format.
"""

import ast
import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import ModuleType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

import alarms.coverage as coverage
import alarms.evaluation as evaluation
import alarms.model as model
import alarms.resource_alarm_file as alarm_file
import alarms.rule_test_failures as rule_test_failures
import alarms.rule_test_file as rule_test_file
import alarms.rule_tests as rule_tests
import foundation.costs.bill as bill
import foundation.costs.book as book
import foundation.costs.book_file as book_file
import foundation.costs.levers as levers
import foundation.costs.origins as origins
import foundation.costs.price_list as price_list
import foundation.costs.quantities as quantities
import foundation.costs.service_traffic as service_traffic
import foundation.costs.service_work as service_work
import foundation.costs.traffic as traffic
import foundation.costs.traffic_file as traffic_file
import foundation.files.documents as documents
import foundation.files.output as output
import foundation.files.yaml_edits as yaml_edits
import foundation.files.yaml_tree as yaml_tree
import foundation.service.resource_type_alarms_form as type_alarms
import foundation.slo.burn_rate_file as burn_rate_file
import foundation.slo.evidence as evidence
import foundation.slo.incidents as incidents
import foundation.slo.model as objectives
import foundation.slo.openslo as openslo
import foundation.slo.signals as signals
import foundation.slo.trace_filter as trace_filter
import loadtests.evidence as load_evidence
import sre.jobs.status.sources as status_sources
from foundation.readings import NoData
from tests.mutants.deciding import ROOT, deciding_files

MODULES = (
    coverage, evaluation, model, alarm_file, type_alarms, rule_test_file, rule_test_failures, rule_tests, bill, book, book_file,
    levers, origins, quantities, service_traffic, service_work, traffic, price_list,
    traffic_file, documents, output, yaml_edits, yaml_tree, burn_rate_file, evidence, incidents, openslo,
    signals, trace_filter, objectives, load_evidence, status_sources,
)  # fmt: skip
SOME = {"min_length": 1}
TITLE = {"min_length": 1, "max_length": 200}
RATIO = {"gt": 0, "le": 1}
PAID = {"ge": 0}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html: 1 to 255 characters, 30 dimensions
METRIC_NAME = {"min_length": 1, "max_length": 255}
# OpenSLO: up to 1050 characters, https://github.com/OpenSLO/OpenSLO/blob/v1.0.0/README.md
DESCRIPTION = {"max_length": 1_050}
BILLION = 1_000_000_000
TYPE_ALARMS = "foundation.service.resource_type_alarms_form"
# What a file of AWS's prices may say; beyond these, nothing that is made of it could be printed.
UNITS = {"le": BILLION * BILLION}
BOUNDS: dict[str, Mapping[str, int | Decimal]] = {
    f"{TYPE_ALARMS}.FixedTextForm.text": {"min_length": 1, "max_length": 200},
    f"{TYPE_ALARMS}.FactShareForm.times": {"gt": 0},
    f"{TYPE_ALARMS}.MetricForm.dimensions": SOME,
    f"{TYPE_ALARMS}.ProofForm.says": {"min_length": 5, "max_length": 200},
    f"{TYPE_ALARMS}.ProofForm.expect": SOME,
    # A sentence, and one that leaves room for the rest of an alarm's description.
    f"{TYPE_ALARMS}.AlarmForm.impact": {"min_length": 10, "max_length": 400},
    f"{TYPE_ALARMS}.OverlayForm.impact": {"min_length": 10, "max_length": 400},
    "alarms.rule_test_file._Test.name": SOME,
    "alarms.rule_test_file._Test.input": SOME,
    "alarms.rule_test_file._Test.expect": SOME,
    "foundation.costs.book_file._Row.service": SOME,
    "foundation.costs.book_file._Row.usageType": SOME,
    "foundation.costs.book_file._Row.unit": SOME,
    "foundation.costs.book_file._Row.tiers": SOME,
    "foundation.costs.book_file._Row.tiers[0][0]": {"gt": 0},
    "foundation.costs.book_file._Row.tiers[0][1]": PAID,
    "foundation.costs.book_file._Row.free": PAID,
    "foundation.costs.book_file._Row.source": SOME,
    **{
        f"foundation.costs.book_file.{form}.{key}": PAID
        for form in ("_TokenPrices", "_LongPrompt", "_Model")
        for key in ("input", "output", "cacheRead", "cacheWrite")
    },
    "foundation.costs.book_file._LongPrompt.above": {"gt": 0},
    "foundation.costs.book_file._Model.name": SOME,
    "foundation.costs.book_file._Model.service": SOME,
    "foundation.costs.book_file._Model.source": SOME,
    "foundation.costs.book_file._Book.prices": SOME,
    "foundation.costs.price_list._Dimension.beginRange": {"ge": 0} | UNITS,
    "foundation.costs.price_list._Dimension.endRange": {"gt": 0} | UNITS,
    "foundation.costs.price_list._Dimension.pricePerUnit[1]": {"ge": 0, "le": BILLION},
    "foundation.costs.traffic_file._Entry.units_per_day": {"ge": 0, "le": 10_000_000},
    "foundation.costs.traffic_file._Entry.resources[1][1]": {"ge": 0, "le": 1_000 * BILLION},
    "foundation.costs.traffic_file._OfResources.units_per_day": {"ge": 0, "le": 10_000_000},
    "foundation.costs.traffic_file._OfResources.resources[1][1]": {"ge": 0, "le": 1_000 * BILLION},
    "foundation.slo.burn_rate_file._Pair.budgetPercent": {"ge": Decimal("0.1"), "lt": 100},
    "foundation.slo.burn_rate_file._Spec.toleratedFailures": {"ge": 1, "le": 1_000},
    # A single failure is no outage, however little the traffic.
    "foundation.slo.burn_rate_file._Spec.lowTrafficFailures": {"ge": 2, "le": 1_000},
    "foundation.slo.burn_rate_file._Spec.pairs": {"min_length": 1, "max_length": 20},
    "foundation.slo.burn_rate_file._Spec.notify": {"max_length": 100},
    "foundation.slo.burn_rate_file._Subscriber.stages": SOME,
    "foundation.slo.openslo.Metadata.displayName": TITLE,
    "foundation.slo.openslo.CloudWatchSpec.namespace": METRIC_NAME,
    "foundation.slo.openslo.CloudWatchSpec.metricName": METRIC_NAME,
    "foundation.slo.openslo.CloudWatchSpec.dimensions": {"max_length": 30},
    # FilterExpression, 1 to 2000: https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html
    "foundation.slo.openslo.XRaySpec.filter": {"min_length": 1, "max_length": 2_000},
    # A stack's name, at most 128: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    "foundation.slo.openslo.CloudFormationSpec.stackNamePrefix": {"min_length": 1, "max_length": 128},
    "foundation.slo.openslo.Target.displayName": TITLE,
    "foundation.slo.openslo.Target.value": {"le": 1_000 * BILLION, "decimal_places": 8},
    "foundation.slo.openslo.Target.target": RATIO,
    "foundation.slo.openslo.Target.timeSliceTarget": RATIO,
    "foundation.slo.openslo.SloSpec.description": DESCRIPTION,
    # OpenSLO: exactly one item.
    "foundation.slo.openslo.SloSpec.timeWindow": {"min_length": 1, "max_length": 1},
    "foundation.slo.openslo.SloSpec.objectives": SOME,
    "foundation.slo.openslo.ServiceSpec.description": DESCRIPTION,
    "foundation.slo.openslo.CostSpec.description": DESCRIPTION,
    "foundation.slo.openslo.CostSpec.limitUsd": {"ge": Decimal("0.01"), "le": BILLION},
}
# What a form holds a number to in words of its own, which say what was meant: declared nowhere, and held all the same.
BOUNDS_IN_WORDS: dict[str, Mapping[str, int | Decimal]] = {
    "foundation.slo.openslo.Target.value": {"ge": 0},
    "foundation.slo.openslo.Target.targetPercent": {"gt": 0, "le": 100},
}
# What is None when it is not given.
NONE = """\
alarms.coverage.Backtested: known_days times_count
alarms.coverage._Record: incidents
alarms.rule_test_file._Input: objective part total bad metric statistic values
foundation.costs.book_file._TokenPrices: cacheRead cacheWrite
foundation.costs.book_file._LongPrompt: cacheRead cacheWrite
foundation.costs.book_file._Model: cacheRead cacheWrite longPrompt
foundation.costs.levers.Lever: model
foundation.costs.service_traffic.ServiceTraffic: platform
foundation.costs.service_work.ServiceWork: rest
foundation.costs.traffic_file._Entry: like
foundation.costs.traffic_file._OfResources: like
foundation.files.yaml_tree.Node: value tag
foundation.service.resource_type_alarms_form.BreachForm: above below
foundation.service.resource_type_alarms_form.OverlayForm: when metric breach missing severity impact runbook source proofs
foundation.service.resource_type_alarms_form.ProofsForm: scale
foundation.files.yaml_tree._Open: key
foundation.slo.burn_rate_file._Subscriber: email https chat stages
foundation.slo.evidence.Evidence: known estimated_usd
foundation.slo.incidents._Row: name end objective
foundation.slo.openslo.Metadata: displayName
foundation.slo.openslo.CloudWatchSource: metricSourceRef
foundation.slo.openslo.XRaySource: metricSourceRef
foundation.slo.openslo.CloudFormationSource: metricSourceRef
foundation.slo.openslo.IndicatorSpec: thresholdMetric ratioMetric
foundation.slo.openslo.Target: displayName op value targetPercent target timeSliceTarget timeSliceWindow indicator
foundation.slo.openslo.SloSpec: indicator
foundation.slo.signals.Signal: samples
"""
DEFAULTS: dict[str, object] = {
    **{
        f"{form}.{key}": None
        for form, _, keys in (line.partition(":") for line in NONE.splitlines())
        for key in keys.split()
    },
    "alarms.coverage._Record.evidence": {},
    "alarms.evaluation._Witness.known": set(),
    "alarms.evaluation._Witness.seen": set(),
    "alarms.model.Plan.subscriptions": (),
    "alarms.model.Plan.what_ifs": (),
    "alarms.model.PlannedAlarm.source": "",
    "alarms.resource_alarm_file._Laid.alarms": {},
    "alarms.resource_alarm_file._Laid.types": set(),
    f"{TYPE_ALARMS}.OverlayForm.disabled": False,
    f"{TYPE_ALARMS}.AlarmForm.when": {},
    f"{TYPE_ALARMS}.AlarmForm.runs": None,
    "alarms.rule_test_failures.Failure.drawn": (),
    "alarms.rule_tests.Outcome.took_seconds": 0.0,
    "alarms.rule_test_file._MetricForm.dimensions": {},
    "alarms.rule_test_file._Expect.alarms": {},
    "alarms.rule_test_file._Expect.actions": {},
    # A Monday's midnight, so that a minute, an hour, a day and a week begin with it.
    "alarms.rule_test_file._Test.start": datetime(2026, 3, 2, tzinfo=UTC),
    "alarms.rule_test_file._Test.interval": timedelta(seconds=60),
    "foundation.costs.bill.Row.is_confirmed": True,
    "foundation.costs.bill.Row.resource": "",
    "foundation.costs.bill.Row.factors": (),
    "foundation.costs.origins.OfTemplate.is_default": False,
    "foundation.costs.origins.OfTemplate.is_upper_bound": False,
    "foundation.costs.quantities.Use.resource": "",
    "foundation.costs.quantities.Use.factors": (),
    "foundation.costs.service_work.PricedResource.reason": "",
    "foundation.costs.service_work.ResourceLine.over": 1,
    "foundation.costs.service_work.ServiceWork.unstated": (),
    "foundation.costs.service_work.ServiceWork.not_in_template": (),
    "foundation.costs.service_work.ServiceWork.rest_keys": frozenset[str](),
    "foundation.costs.service_work.ServiceWork.has_models": False,
    "foundation.costs.traffic.Profile.origins": (),
    "foundation.costs.traffic_file._Entry.resources": {},
    # A year of 365 days, by twelve.
    "foundation.costs.bill.Bill.month_hours": Decimal(730),
    "foundation.costs.book.Key.operation": "",
    "foundation.costs.book.Price.note": "",
    "foundation.costs.book.Price.is_confirmed": True,
    "foundation.costs.book_file._Row.operation": "",
    "foundation.costs.book_file._Row.free": 0,
    "foundation.costs.book_file._Row.confirmed": True,
    "foundation.costs.book_file._Row.note": "",
    "foundation.costs.price_list._Product.attributes": {},
    "foundation.files.documents.Document.warnings": [],
    "foundation.files.documents.Documents.problems": [],
    "foundation.files.documents.Documents.warnings": [],
    "foundation.files.documents._JsonDocument.warnings": [],
    "foundation.files.output.Output.schema_version": 1,
    "foundation.files.yaml_edits.YamlEdits.added": [],
    "foundation.files.yaml_edits.YamlEdits.filled": set(),
    "foundation.files.yaml_tree.Node.key_lines": {},
    "foundation.files.yaml_tree.Node.size_count": 1,
    "foundation.files.yaml_tree.Node.is_plain": False,
    "foundation.files.yaml_tree._Open.key_line": 0,
    "foundation.files.yaml_tree._Builder.twice": [],
    "foundation.files.yaml_tree._Builder.root": yaml_tree.Node(
        line=1, value=None, key_lines={}, size_count=1, tag=None, is_plain=False
    ),
    "foundation.files.yaml_tree._Builder.stack": [],
    "foundation.files.yaml_tree._Builder.anchors": {},
    "foundation.files.yaml_tree._Builder.count": 0,
    "foundation.slo.burn_rate_file._Spec.exclude": {},
    "foundation.slo.burn_rate_file._Spec.notify": [],
    "foundation.slo.evidence.Evidence.closing_count": 0,
    # The design effect of events that are independent of one another.
    "foundation.slo.evidence.Evidence.effect": 1.0,
    "foundation.slo.model.BudgetedObjective.indicator_names": (),
    "foundation.slo.model.EveryEventObjective.indicator_names": (),
    "foundation.slo.model.Objectives.own_apis": (),
    "sre.jobs.status.sources.KeptBill._days": None,
    "sre.jobs.status.sources.KeptBill._kept": NoData(reason="nobody has asked yet"),
    "sre.jobs.status.sources.KeptBill._read_at": None,
    "foundation.slo.openslo.CloudWatchSpec.dimensions": {},
    "foundation.slo.openslo.SloSpec.description": "",
    "foundation.slo.openslo.ServiceSpec.description": "",
    "foundation.slo.openslo.CostSpec.description": "",
    "foundation.slo.trace_filter._Reading.place": 0,
    "loadtests.evidence.Judged.closing_count": 0,
}
ENDS = frozenset({"ge", "gt", "le", "lt"})
SIZES = frozenset({"min_length", "max_length"})


def classes_of(module: ModuleType) -> Iterator[tuple[str, type]]:
    for name, value in vars(module).items():
        if inspect.isclass(value) and value.__module__ == module.__name__:
            yield f"{module.__name__}.{name}", value


FIELDS: dict[str, FieldInfo] = {
    f"{name}.{key}": field
    for module in MODULES
    for name, form in classes_of(module)
    if issubclass(form, BaseModel)
    for key, field in form.model_fields.items()
}


def bounds_of(name: str, kind: Any, metadata: tuple[Any, ...] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The bounds of a type, and by their places those of the types that it is made of."""
    flat = [each for one in metadata for each in (one.metadata if isinstance(one, FieldInfo) else [one])]
    for each in flat:
        for key in (*ENDS, *SIZES, "decimal_places"):
            if (value := getattr(each, key, None)) is not None:
                yield name, {key: value}
    parts = [each for each in get_args(kind) if each is not type(None)]
    if get_origin(kind) is Annotated:
        yield from bounds_of(name, parts[0], tuple(parts[1:]))
    elif get_origin(kind) in (Union, UnionType) and len(parts) == 1:
        yield from bounds_of(name, parts[0])
    elif get_origin(kind) in (list, tuple, dict):
        for place, each in enumerate(parts):
            yield from bounds_of(f"{name}[{place}]", each)


def defaults_of(module: ModuleType) -> Iterator[tuple[str, object]]:
    for name, each in classes_of(module):
        if dataclasses.is_dataclass(each):
            for field in dataclasses.fields(each):
                if field.default is not dataclasses.MISSING:
                    yield f"{name}.{field.name}", field.default
                elif field.default_factory is not dataclasses.MISSING:
                    yield f"{name}.{field.name}", field.default_factory()
    for name, field in FIELDS.items():
        if name.startswith(f"{module.__name__}.") and not field.is_required():
            yield name, field.get_default(call_default_factory=True, validated_data={})


def test_every_bound_of_every_form_stands_in_the_table() -> None:
    found: dict[str, dict[str, Any]] = {}
    for name, field in FIELDS.items():
        for where, bounds in bounds_of(name, field.annotation, tuple(field.metadata)):
            found.setdefault(where, {}).update(bounds)
    assert found == BOUNDS


def test_every_default_of_every_form_and_value_stands_in_the_table() -> None:
    assert {name: value for module in MODULES for name, value in defaults_of(module)} == DEFAULTS


def test_every_deciding_file_that_declares_bounds_or_defaults_is_looked_at() -> None:
    declaring = {file.relative_to(ROOT).as_posix() for file in deciding_files(ROOT) if declares(file.read_text())}
    assert declaring == {f"{module.__name__.replace('.', '/')}.py" for module in MODULES}


def declares(text: str) -> bool:
    """Whether a source has a class with a key that has a default or a bound, or makes one."""
    tree = ast.parse(text)
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(each, ast.AnnAssign) and each.value for one in classes for each in one.body) or any(
        isinstance(each, ast.Name) and each.id == "create_model" for each in calls
    )


def accepts(name: str, value: object) -> bool:
    """Whether a key takes a value; for the part of one, whether it takes it there."""
    where, _, place = name.partition("[")
    within = {
        "0][0]": [(value, 1), (None, 1)],
        "0][1]": [(None, value)],
        "1]": {"USD": value},
        "1][1]": {"a": {"b": value}},
    }
    given = within[place] if place else value
    kind: Any = Annotated[FIELDS[where].annotation, FIELDS[where]]
    try:
        TypeAdapter(kind).validate_python(given)
    except ValidationError:
        return False
    return True


def of_size(name: str, size: int) -> object:
    """A text, list or mapping of so many, each of them as plain as it may be."""
    kind: Any = FIELDS[name].annotation
    if get_origin(kind) in (Union, UnionType):
        kind = next(each for each in get_args(kind) if each is not type(None))
    match get_origin(kind):
        case each if each is list:
            (item,) = get_args(kind)
            if get_origin(item) is Annotated:
                return ["name"] * size
            return [(None, Decimal(1)) if get_origin(item) is tuple else item.model_construct()] * size
        case each if each is dict:
            return {f"key{number}": "name" for number in range(size)}
        case _:
            return "x" * size


@pytest.mark.parametrize("name", [name for name, bounds in BOUNDS.items() if SIZES & bounds.keys()])
def test_what_is_as_short_or_as_long_as_may_be_is_taken_and_one_beyond_is_not(name: str) -> None:
    bounds = BOUNDS[name]
    for key, beyond in (("min_length", -1), ("max_length", +1)):
        if key in bounds:
            assert accepts(name, of_size(name, int(bounds[key])))
            assert not accepts(name, of_size(name, int(bounds[key]) + beyond))


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        (name, bounds)
        for table in (BOUNDS, BOUNDS_IN_WORDS)
        for name, bounds in table.items()
        if ENDS & bounds.keys()
    ],
)  # fmt: skip
def test_a_number_at_its_bound_is_taken_or_not_as_it_says_and_one_beyond_never(
    name: str, bounds: Mapping[str, int | Decimal]
) -> None:
    step = Decimal(1) if FIELDS[name.partition("[")[0]].annotation is int else Decimal("1e-8")
    for key in ENDS & bounds.keys():
        bound, inwards = Decimal(bounds[key]), step if key in ("ge", "gt") else -step
        assert accepts(name, f"{bound:f}") is (key in ("ge", "le"))
        assert accepts(name, f"{bound + inwards:f}")
        assert not accepts(name, f"{bound - inwards:f}")


def test_a_threshold_has_as_many_digits_after_the_dot_as_cloudwatch_writes() -> None:
    assert accepts("foundation.slo.openslo.Target.value", "0.12345678")
    assert not accepts("foundation.slo.openslo.Target.value", "0.123456789")


@pytest.mark.parametrize("half", ["PerUnit", "Fixed"])
def test_every_quantity_of_a_profile_is_from_nothing_to_a_million_million(half: str) -> None:
    key = {"PerUnit": "per_unit", "Fixed": "fixed"}[half]
    form: Any = FIELDS[f"foundation.costs.traffic_file._Entry.{key}"].annotation
    quantities = [(name, field) for name, field in form.model_fields.items() if field.annotation is Decimal]
    assert quantities
    for name, field in quantities:
        assert dict(item for _, found in bounds_of(name, None, tuple(field.metadata)) for item in found.items()) == {
            "ge": 0,
            "le": 1_000 * BILLION,
        }
