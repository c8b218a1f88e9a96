"""How the options of `sre cost` are read."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypedDict, Unpack

from foundation.errors import InputError
from infra.service import T_DEVELOPER
from sre.jobs.cost_estimate import EstimateOptions


class ProfileOptions(TypedDict):
    """Which traffic, at which rate, by which model."""

    profile: str
    profiles_file: Path | None
    per_day: str | None
    model: str | None


class MeasuredOptions(ProfileOptions):
    """And what is measured or counted instead of assumed."""

    free_tier: bool
    stage: str | None
    load_result: Path | None


def of_profile(**options: Unpack[ProfileOptions]) -> EstimateOptions:
    """What to estimate, of a profile alone. Raises InputError for a rate that is none."""
    per_day = options["per_day"]
    return EstimateOptions(
        profile=options["profile"],
        profiles_file=options["profiles_file"] or T_DEVELOPER.traffic_profiles,
        per_day=None if per_day is None else _number(per_day),
        model=options["model"],
    )


def of_measured(**options: Unpack[MeasuredOptions]) -> EstimateOptions:
    """What to estimate, with what was measured. Raises InputError for a rate that is none."""
    profile = of_profile(
        profile=options["profile"],
        profiles_file=options["profiles_file"],
        per_day=options["per_day"],
        model=options["model"],
    )
    return replace(
        profile, with_free=options["free_tier"], stage=options["stage"], load_result=options["load_result"]
    )  # fmt: skip


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise InputError(f"--per-day {text}: write a number of pipelines, such as 50") from error
    if not 0 <= number <= 10_000_000:
        raise InputError(f"--per-day {text}: must be 0 to 10,000,000")
    return number
