"""The canaries of the service that a command is about, from the file that its service.yaml names."""

from collections.abc import Iterable

from canaries.definitions import Canaries, Canary
from foundation.errors import InputError
from foundation.service.files import ServiceFiles
from foundation.service.stage import Stage
from infra.service import NAME, T_DEVELOPER
from sre.cli.unused import given_options
from sre.jobs.objectives.between_files import canaries_in


def canaries_of(stage: Stage, files: ServiceFiles) -> Canaries | None:
    """The service's canaries; none of a service of which nothing but its objectives is known. Raises InputError."""
    is_known = files.service != T_DEVELOPER.service or stage.scope.service == NAME
    return canaries_in(files) if is_known else None


def refuse_unread(canaries: Iterable[Canary], *, websocket_url: str | None, archives_bucket: str | None) -> None:
    """Raise InputError for each of these settings that was given and that none of the canaries reads."""
    read = {name for canary in canaries for name in canary.settings}
    given = {"websocket_url": websocket_url, "archives_bucket": archives_bucket}
    if unread := given_options({name: value for name, value in given.items() if name.upper() not in read}):
        raise InputError(f"{', '.join(unread)}: none of the canaries reads it; leave it out")
