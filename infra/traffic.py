"""The traffic that a month is estimated by, unless somebody names another profile."""

from foundation.costs.traffic import Profile
from foundation.costs.traffic_file import choose_profile
from foundation.service.files import ServiceFiles
from infra.service import COST_UNIT, TRAFFIC_PROFILE


def expected_traffic(files: ServiceFiles) -> Profile:
    """The service's profile of this name. Raises InputError for a file without it, or one that is wrong."""
    return choose_profile(TRAFFIC_PROFILE, files.traffic_profiles, unit=COST_UNIT)
