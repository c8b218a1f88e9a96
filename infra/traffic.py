"""The traffic that a month is estimated by, unless somebody names another profile."""

from foundation.costs.traffic import Profile
from foundation.costs.traffic_file import choose_profile
from foundation.service.files import FileKind, ServiceFiles
from infra.service import TRAFFIC_PROFILE, cost_unit_of


def expected_traffic(files: ServiceFiles, *, stage: str = "production") -> Profile:
    """The service's profile of this name. Raises InputError for a file without it, or one that is wrong."""
    unit = cost_unit_of(files, stage=stage)
    return choose_profile(TRAFFIC_PROFILE, files.needed(FileKind.TRAFFIC_PROFILES), unit=unit)
