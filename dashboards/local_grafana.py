"""The compose file of a local Grafana that shows the dashboards: `docker compose -f grafana/compose.yaml up`."""

from typing import Any

_IMAGE = "grafana/grafana-oss:12.2.0"


def compose() -> dict[str, Any]:
    """One service, on 127.0.0.1:3000 only, that anybody on this machine may look at and nobody may change."""
    return {
        "services": {
            "grafana": {
                "image": _IMAGE,
                # The host's network, so that the local platform on 127.0.0.1 can be reached.
                "network_mode": "host",
                "environment": {
                    "GF_SERVER_HTTP_ADDR": "127.0.0.1",
                    "GF_AUTH_ANONYMOUS_ENABLED": "true",
                    "GF_AUTH_ANONYMOUS_ORG_ROLE": "Viewer",
                    "GF_ANALYTICS_REPORTING_ENABLED": "false",
                },
                "volumes": [
                    "./provisioning:/etc/grafana/provisioning:ro",
                    "./dashboards:/var/lib/grafana/dashboards:ro",
                ],
            }
        }
    }
