"""What the options of `sre cost` ask for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypedDict, Unpack

from foundation.errors import about
from foundation.service.stage import Stage
from infra.service import T_DEVELOPER, TRAFFIC_PROFILE, files_of_service, service_of
from sre.cli.stage import stage_from
from sre.cli.types.names import DEPLOYED_STAGE
from sre.cli.unused import refuse_with, refuse_without
from sre.jobs.cost_estimate import EstimateOptions

# Of which stage the limit is, and the inventory, where nothing is said.
DEFAULT_STAGE = "production"


class ProfileOptions(TypedDict):
    """Which traffic, at which rate, by which model."""

    profile: str | None
    profiles_file: Path | None
    per_day: Decimal | None
    model: str | None


class MeasuredOptions(ProfileOptions):
    """And what is measured or counted instead of assumed."""

    free_tier: bool
    service: Path | None
    stage: str | None
    templates: Sequence[Path]
    parameters: Sequence[tuple[str, str]]
    load_result: Path | None


def stage_of(options: MeasuredOptions) -> Stage | None:
    """The stage whose objective is the limit: the service's that is named, T-Developer's; None of templates alone."""
    if options["templates"] and options["service"] is None:
        return None
    return stage_from(stage=options["stage"] or DEFAULT_STAGE, service=options["service"], plans_alarms=False)


def counted_stage(options: MeasuredOptions, stage: Stage | None) -> Stage | None:
    """The stage whose own templates are counted: T-Developer's, where one is named."""
    return stage if options["stage"] is not None and options["service"] is None else None


def of_profile(**options: Unpack[ProfileOptions]) -> EstimateOptions:
    """What to estimate, of one of T-Developer's profiles alone, or of a file's."""
    service = service_of(T_DEVELOPER, stage=DEFAULT_STAGE)
    return EstimateOptions(
        profile=options["profile"] or TRAFFIC_PROFILE,
        profiles_file=options["profiles_file"] or T_DEVELOPER.traffic_profiles,
        per_day=options["per_day"],
        model=options["model"],
        unit=service.cost_unit or "unit",
    )


def of_measured(counted: Stage | None, **options: Unpack[MeasuredOptions]) -> EstimateOptions:
    """What to estimate, with what was measured, and of which resources.

    With a stage they are as counted in its templates; with templates or a service that is named, those; else a profile is all.
    Raises InputError for options that contradict one another.
    """
    templates = tuple(options["templates"])
    if not templates:
        refuse_without("--template", parameter=tuple(options["parameters"]))
    else:
        refuse_with("--template", stage=options["stage"])
    if options["service"] is None and not templates:
        # The local stage is on no bill.
        if options["stage"] is not None:
            with about("--stage"):
                DEPLOYED_STAGE.read(options["stage"])
        chosen = of_profile(
            profile=options["profile"],
            profiles_file=options["profiles_file"],
            per_day=options["per_day"],
            model=options["model"],
        )
        known = None if counted is None else service_of(T_DEVELOPER, stage=counted.name).resources
        return replace(
            chosen, with_free=options["free_tier"], resources=known, stage=counted, load_result=options["load_result"]
        )
    return _of_service(options)


def _of_service(options: MeasuredOptions) -> EstimateOptions:
    """Of another service: its own profile, or none; never T-Developer's."""
    given = options["service"]
    files = None if given is None else files_of_service(given)
    service = None if files is None else service_of(files, stage=options["stage"] or DEFAULT_STAGE)
    profiles_file = options["profiles_file"] or (None if files is None else files.traffic_profiles)
    if profiles_file is None:
        refuse_without(
            "--traffic-profiles, or a service that has them", traffic_profile=options["profile"], per_day=options["per_day"],
            model=options["model"], load_result=options["load_result"],
        )  # fmt: skip
    return EstimateOptions(
        profile=options["profile"],
        profiles_file=profiles_file,
        per_day=options["per_day"],
        model=options["model"],
        unit=(None if service is None else service.cost_unit) or "unit",
        with_free=options["free_tier"],
        resources=None if service is None else service.resources,
        templates=tuple(options["templates"]),
        parameters=dict(options["parameters"]),
        load_result=options["load_result"],
    )
