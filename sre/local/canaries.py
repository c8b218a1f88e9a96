"""What canaries need to know to run against a local platform."""

from canaries.settings import judged_settings
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
