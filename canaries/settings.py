"""What the canaries need to know of the place they run in: what is good enough, and a deployment's address."""

import os
from collections.abc import Mapping

from foundation.service.measured import own_samples
from foundation.service.stage import Stage
from foundation.slo.signals import SignalKind

# A certificate that ends sooner than this is to be renewed now; AWS renews its own 60 days before.
CERTIFICATE_DAYS = 21
MESSAGE_SECONDS = 15
# Without an objective on latency only an answer that never comes is late.
_NEVER_MS = 60_000

_AWS_VARIABLES = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
)  # fmt: skip


def judged_settings(stage: Stage) -> dict[str, str]:
    """The settings that say what is good enough; the limit on latency is that of the stage's objective."""
    limits = [
        samples.line.threshold
        for each in stage.objectives
        for samples in own_samples(each, stage.objectives, SignalKind.API_LATENCY)
        if samples.line.bad_from is not None
    ]
    return {
        "SLOW_AFTER_MS": str(min(limits, default=_NEVER_MS)),
        "MESSAGE_SECONDS": str(MESSAGE_SECONDS),
        "CERTIFICATE_DAYS": str(CERTIFICATE_DAYS),
    }


def deployed_settings(
    stage: Stage, *, url: str, region: str, websocket_url: str, archives_bucket: str,
    credentials: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    """The settings of canaries that call a deployed API from here; what is empty leaves out the canaries that need it."""
    return {
        **judged_settings(stage),
        "API_URL": url,
        "WEBSOCKET_URL": websocket_url,
        "TLS_URL": url if url.startswith("https://") else "",
        "ARCHIVES_BUCKET": archives_bucket,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        **credentials,
    }


def aws_variables() -> dict[str, str]:
    """This process's own variables by which AWS tools find credentials."""
    return {name: os.environ[name] for name in _AWS_VARIABLES if name in os.environ}
