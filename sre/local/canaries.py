"""What canaries need to know to run against a local platform, and a run of them beside whatever else this machine does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from canaries.definitions import Canary
from canaries.runner import run_canaries
from canaries.runs import CanaryRun, NotRun
from canaries.settings import judged_settings
from foundation.machine.disturbance import Disturbance, disturbance_of
from foundation.machine.recording import LocalTarget, Recording
from foundation.service.stage import Stage
from sre.local.state import LocalPlatform


def local_settings(platform: LocalPlatform, stage: Stage) -> dict[str, str]:
    """The settings of canaries that run against a local platform, with its caller's key."""
    return {
        **judged_settings(stage),
        "API_URL": platform.api_url,
        "WEBSOCKET_URL": platform.websocket_url,
        "TLS_URL": platform.tls_url,
        "ARCHIVES_BUCKET": platform.outputs["ArchivesBucket"],
        "AWS_REGION": platform.region,
        "AWS_DEFAULT_REGION": platform.region,
        "AWS_ENDPOINT_URL": platform.endpoint,
        "SSL_CERT_FILE": str(platform.authority_file),
        **platform.caller,
    }


def run_beside(
    canaries: Sequence[Canary],
    settings: Mapping[str, str],
    *,
    directory: Path,
    local: LocalTarget | None,
    ended: Callable[[CanaryRun | NotRun], None] = lambda _run: None,
) -> tuple[tuple[CanaryRun | NotRun, ...], Disturbance | None]:
    """Run them all at once, with the other work on this machine that disturbed what they check there, if any did.

    `ended` gets each run when it has ended. `local` is what they check; None is elsewhere, and not disturbed by what runs here.
    Raises what `run_canaries` does.
    """
    if local is None:
        return run_canaries(canaries, settings, directory=directory, ended=ended).answer, None
    began_at, recording = datetime.now(UTC), Recording(local)
    try:
        runs = run_canaries(canaries, settings, directory=directory, ended=ended).answer
    finally:
        recorded = recording.end()
    return runs, disturbance_of(recorded.machine(began_at))
