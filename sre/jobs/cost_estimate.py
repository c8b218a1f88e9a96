"""An estimated bill: of a traffic profile, or of the resources of templates or of a service, at the price book's prices."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from foundation.cloudformation.stacks import read_templates
from foundation.costs.bill import Bill, make_bill
from foundation.costs.book import PriceBook
from foundation.costs.book_file import read_book
from foundation.costs.origins import Measured
from foundation.costs.quantities import Work
from foundation.costs.service_traffic import ServiceTraffic
from foundation.costs.service_work import PricedResource, Standing
from foundation.costs.traffic import Profile
from foundation.costs.traffic_file import chosen_traffic
from foundation.errors import InputError
from foundation.service.from_templates import Inventory, inventory_of
from foundation.service.platform_bill import service_work
from foundation.service.resources import Resource
from foundation.service.stage import Stage
from infra.assembly import assemble
from infra.settings import Settings
from loadtests.measured_traffic import measured_traffic
from loadtests.result import LoadResult, read_result

# The type whose requests a load test counts.
_REST_API = "AWS::ApiGateway::RestApi"


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateOptions:
    """What to estimate. `resources` are those of a service's file; `stage` and `templates` say instead what there is.

    `profile` is None for the only one of the file, and `profiles_file` where there is none. What else is None is as the profile
    says. `unit` is what the service calls one unit of its work. `load_result` says how many requests one takes; its rate is no
    forecast of traffic, and is not used.
    """

    profile: str | None
    profiles_file: Path | None
    unit: str
    per_day: Decimal | None = None
    model: str | None = None
    with_free: bool = False
    resources: tuple[Resource, ...] | None = None
    stage: Stage | None = None
    templates: tuple[Path, ...] = ()
    parameters: Mapping[str, str] | None = None
    load_result: Path | None = None


def make_estimate(options: EstimateOptions) -> tuple[PriceBook, Bill]:
    """The book and the bill. Raises InputError for a file or a name that is wrong."""
    book = read_book()
    traffic = (
        None if options.profiles_file is None else chosen_traffic(options.profile, options.profiles_file, options.unit)
    )
    result = None if options.load_result is None else read_result(options.load_result)
    work = _work(options, traffic, result, book)
    rate = work.units_per_day if options.per_day is None else options.per_day
    model = options.model or (work.model if isinstance(work, Profile) else None)
    return book, make_bill(work, book, per_day=rate, model=model, with_free=options.with_free)


def _work(options: EstimateOptions, traffic: ServiceTraffic | None, result: LoadResult | None, book: PriceBook) -> Work:
    found = _inventory(options)
    resources = options.resources if found is None else _called(found.resources, options.resources or ())
    if resources is None:
        if traffic is None or traffic.platform is None:
            name = "" if traffic is None else f" {traffic.name!r}"
            raise InputError(f"the profile{name} is by resources; say whose, by --service, --template or --stage")
        return traffic.platform if result is None else _measured(traffic.platform, result, options.load_result)
    if result is not None:
        traffic = _measured_traffic(traffic, resources, result, options.load_result)
    free = () if found is None else tuple(
        PricedResource(label=each.address, type=each.type, standing=Standing.FREE, reason=each.reason) for each in found.free
    )  # fmt: skip
    return service_work(resources, book, traffic=traffic, unit=options.unit, free=free)


def _inventory(options: EstimateOptions) -> Inventory | None:
    """What templates say that there is; None where none are looked at."""
    if options.templates:
        return inventory_of(read_templates(options.templates, options.parameters or {}))
    if options.stage is None:
        return None
    with tempfile.TemporaryDirectory() as directory:
        assemble(Settings.model_validate({"stage": options.stage.name}), Path(directory), stage=options.stage)
        return inventory_of(read_templates([Path(directory)], {}))


def _called(found: Sequence[Resource], known: Sequence[Resource]) -> tuple[Resource, ...]:
    """Resources of templates by the labels that a service's file has for those of the same type and name."""
    labels = {(each.type, each.name): each.label for each in known}
    return tuple(replace(each, label=labels.get((each.type, each.name), each.label)) for each in found)


def _measured(profile: Profile, result: LoadResult, file: Path | None) -> Profile:
    requests = measured_traffic(result).rest_request_count
    return profile.with_known("rest_request_count", requests, _origin(result, file))


def _measured_traffic(
    traffic: ServiceTraffic | None, resources: Sequence[Resource], result: LoadResult, file: Path | None
) -> ServiceTraffic:  # fmt: skip
    apis = [each.label for each in resources if each.type == _REST_API]
    if traffic is None:
        raise InputError(
            "--load-result: it says what a unit of work takes, not how many there are; give --traffic-profiles"
        )
    if len(apis) != 1:
        raise InputError(f"--load-result: its requests are those of one REST API, and there are {len(apis)}; leave it")
    changed = traffic.with_known(
        apis[0], "requests_per_unit", measured_traffic(result).rest_request_count, _origin(result, file)
    )  # fmt: skip
    platform = None if traffic.platform is None else _measured(traffic.platform, result, file)
    return replace(changed, platform=platform)


def _origin(result: LoadResult, file: Path | None) -> Measured:
    name = "" if file is None else f" {file.name}"
    return Measured(source=f"load result{name}", window=f"{result.started_at} to {result.ended_at}")
