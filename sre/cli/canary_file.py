"""The canaries of the service that a command is about, from the file that its service.yaml names."""

from canaries.definitions import Canaries, read_canaries
from foundation.service.files import ServiceFiles
from foundation.service.stage import Stage
from infra.service import NAME, T_DEVELOPER


def canaries_of(stage: Stage, files: ServiceFiles) -> Canaries | None:
    """The service's canaries; none of a service of which nothing but its objectives is known. Raises InputError."""
    is_known = files.service != T_DEVELOPER.service or stage.scope.service == NAME
    return read_canaries(files.canaries) if is_known and files.canaries is not None else None
