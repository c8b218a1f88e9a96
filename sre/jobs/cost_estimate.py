"""An estimated bill: a traffic profile, with what a stage's templates and a load test say of it, at the price book's prices."""

import json
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from foundation.costs.bill import Bill, make_bill
from foundation.costs.book import PriceBook
from foundation.costs.book_file import read_book
from foundation.costs.origins import Measured
from foundation.costs.template import quantities_of
from foundation.costs.traffic_file import choose_profile
from foundation.service.stage import Stage
from infra.assembly import assemble
from infra.settings import Settings
from loadtests.measured_traffic import measured_traffic
from loadtests.result import read_result


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateOptions:
    """What to estimate. What is None is as the profile says; `stage` counts in the templates of one stage.

    `unit` is what the service calls one unit of its work. `load_result` says how many requests one takes; its rate is no
    forecast of traffic, and is not used.
    """

    profile: str
    profiles_file: Path
    unit: str
    per_day: Decimal | None = None
    model: str | None = None
    with_free: bool = False
    stage: Stage | None = None
    load_result: Path | None = None


def make_estimate(options: EstimateOptions) -> tuple[PriceBook, Bill]:
    """The book and the bill. Raises InputError for a file or a name that is wrong."""
    book = read_book()
    chosen = choose_profile(options.profile, options.profiles_file, unit=options.unit)
    if options.stage is not None:
        chosen = chosen.with_changes(**quantities_of(_templates(options.stage)))
    rate = chosen.units_per_day
    if options.load_result is not None:
        result = read_result(options.load_result)
        measured = measured_traffic(result)
        origin = Measured(
            source=f"load result {options.load_result.name}", window=f"{result.started_at} to {result.ended_at}"
        )
        chosen = chosen.with_known("rest_request_count", measured.rest_request_count, origin)
    if options.per_day is not None:
        rate = options.per_day
    bill = make_bill(
        chosen, book, per_day=rate, model=options.model or chosen.model, with_free=options.with_free
    )  # fmt: skip
    return book, bill


def _templates(stage: Stage) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as directory:
        stacks = assemble(Settings.model_validate({"stage": stage.name}), Path(directory), stage=stage)
        return [json.loads((Path(directory) / f"{stack}.template.json").read_text()) for stack in stacks]
