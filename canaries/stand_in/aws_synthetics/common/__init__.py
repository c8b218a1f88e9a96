"""`synthetics_configuration` and `synthetics_logger`."""

import logging
from collections.abc import Mapping


class Configuration:
    """Takes what the library takes, and refuses what it does not know."""

    _KNOWN = frozenset(
        {
            "screenshot_on_step_start", "screenshot_on_step_success", "screenshot_on_step_failure",
            "continue_on_step_failure", "failed_canary_metric", "failed_requests_metric", "2xx_metric", "4xx_metric",
            "5xx_metric", "step_duration_metric", "step_success_metric",
        }
    )  # fmt: skip

    def __init__(self) -> None:
        self.options: dict[str, bool] = {}

    def set_config(self, options: Mapping[str, bool]) -> None:
        """Set options; ValueError for one that the library does not have."""
        unknown = set(options) - self._KNOWN
        if unknown:
            raise ValueError(f"aws_synthetics has no option {', '.join(sorted(unknown))}")
        self.options |= options


synthetics_configuration = Configuration()
synthetics_logger = logging.getLogger("synthetics")
