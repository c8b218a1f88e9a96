"""Whether a local platform that is being measured is still what it was when that began."""

from collections.abc import Callable

from foundation.errors import PlatformError
from loadtests.run import Progress
from sre.local.state import LocalPlatform, read_state


def ended_of(platform: LocalPlatform) -> str | None:
    """What of it has ended by itself, in a sentence; None where all of it runs."""
    names = [process.name for process in platform.processes if process.find() is None]
    return (
        f"of the local platform {' and '.join(names)} ended by itself; its logs are in {platform.home}"
        if names
        else None
    )


def changed_of(platform: LocalPlatform) -> str | None:
    """What has ended of it, or which fault switch somebody has thrown meanwhile; None where it is what it was."""
    if (ended := ended_of(platform)) is not None:
        return ended
    now = read_state(platform.home)
    if now is None:
        return f"the local platform in {platform.home} was taken down meanwhile"
    if now.fault_switch != platform.fault_switch:
        return f"its fault switch was thrown meanwhile: {now.fault_switch}, where it was {platform.fault_switch}"
    return None


def while_whole(watch: Callable[[Progress], None], ended: Callable[[], str | None]) -> Callable[[Progress], None]:
    """Watch a load and end it when the platform is not what it was: what is sent from there on says nothing of it.

    What it returns raises PlatformError then.
    """

    def look(progress: Progress) -> None:
        watch(progress)
        if (reason := ended()) is not None:
            raise PlatformError(reason)

    return look
