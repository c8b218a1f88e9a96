"""The canaries of the service that a command is about, from the file that its service.yaml names."""

from canaries.definitions import Canaries
from foundation.service.files import ServiceFiles
from foundation.service.stage import Stage
from infra.service import NAME, T_DEVELOPER
from sre.jobs.objectives.between_files import canaries_in


def canaries_of(stage: Stage, files: ServiceFiles) -> Canaries | None:
    """The service's canaries; none of a service of which nothing but its objectives is known. Raises InputError."""
    is_known = files.service != T_DEVELOPER.service or stage.scope.service == NAME
    return canaries_in(files) if is_known else None
