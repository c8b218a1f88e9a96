"""What the options of `sre cost` ask for."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypedDict, Unpack

from foundation.service.stage import Stage
from infra.service import T_DEVELOPER, cost_unit_of
from sre.jobs.cost_estimate import EstimateOptions


class ProfileOptions(TypedDict):
    """Which traffic, at which rate, by which model."""

    profile: str
    profiles_file: Path | None
    per_day: Decimal | None
    model: str | None


class MeasuredOptions(ProfileOptions):
    """And what is measured or counted instead of assumed."""

    free_tier: bool
    stage: str | None
    load_result: Path | None


def of_profile(**options: Unpack[ProfileOptions]) -> EstimateOptions:
    """What to estimate, of a profile alone."""
    return EstimateOptions(
        profile=options["profile"],
        profiles_file=options["profiles_file"] or T_DEVELOPER.traffic_profiles,
        per_day=options["per_day"],
        model=options["model"],
        unit=cost_unit_of(T_DEVELOPER, stage="production"),
    )


def of_measured(counted: Stage | None, **options: Unpack[MeasuredOptions]) -> EstimateOptions:
    """What to estimate, with what was measured; with a stage, as counted in its templates."""
    profile = of_profile(
        profile=options["profile"],
        profiles_file=options["profiles_file"],
        per_day=options["per_day"],
        model=options["model"],
    )
    return replace(
        profile,
        with_free=options["free_tier"],
        stage=counted,
        load_result=options["load_result"],
    )
