"""What every check is made of: named steps under CloudWatch Synthetics, with secrets kept out of what they say.

No browser is opened: Synthetics' only Python runtimes carry one, and these checks do without.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Library_Python.html
"""

import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from aws_synthetics.common import synthetics_configuration, synthetics_logger
from aws_synthetics.selenium import synthetics_webdriver

from canaries.masking import mask
from foundation.errors import SreError, StepFailedError

_PAUSE_SECONDS = 1.0
# What a platform that does not do what it must makes the libraries raise, of those that a canary has imported. Whatever else a
# step raises is a bug of the step.
_OF_LIBRARIES = (
    ("websocket", "WebSocketException"), ("botocore.exceptions", "BotoCoreError"), ("botocore.exceptions", "ClientError"),
)  # fmt: skip
Step = tuple[str, Callable[[], None]]


class NetworkBrokenError(StepFailedError):
    """The network broke as often as it was tried."""


async def run_steps(steps: Sequence[Step]) -> None:
    """Run the steps in order up to the first that fails. Raises StepFailedError, which fails the canary."""
    synthetics_configuration.set_config(
        {
            "screenshot_on_step_start": False,
            "screenshot_on_step_success": False,
            "screenshot_on_step_failure": False,
            "continue_on_step_failure": False,
            "step_success_metric": True,
            "step_duration_metric": True,
        }
    )
    for name, action in steps:
        await synthetics_webdriver.execute_step(name, _with_retries(name, action))


def demand(condition: bool, otherwise: str) -> None:
    """Raise StepFailedError with a reason unless the condition holds."""
    if not condition:
        raise StepFailedError(mask(otherwise, os.environ))


def note(text: str) -> None:
    """Log one line."""
    synthetics_logger.info(mask(text, os.environ))


def setting(name: str) -> str:
    """A setting of the canary's environment. Raises StepFailedError when it is missing."""
    value = os.environ.get(name, "")
    demand(bool(value), f"the canary's environment has no {name}")
    return value


def _errors_of_libraries() -> Iterator[type[Exception]]:
    for module, name in _OF_LIBRARIES:
        if module in sys.modules:
            yield getattr(sys.modules[module], name)


def _with_retries(name: str, action: Callable[[], None]) -> Callable[[], None]:
    """The step, begun again while the network is what broke it: three resets of ten then fail one step of thousands."""
    retry_count = int(setting("RETRY_COUNT"))

    def guarded() -> None:
        for number in range(retry_count + 1):
            try:
                return action()
            except NetworkBrokenError:
                if number == retry_count:
                    raise
                note(f"{name}: beginning again")
                time.sleep(_PAUSE_SECONDS)
            except (OSError, http.client.HTTPException, *_errors_of_libraries()) as error:
                raise StepFailedError(mask(f"{name}: {type(error).__name__}: {error}", os.environ)) from None
        return None

    def masked() -> None:
        with _Masked():
            guarded()

    return masked


class _Masked:
    """Masks the text of whatever passes, a bug's too, and of all that it came of: it may hold a secret."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        while error is not None:
            if isinstance(error, SreError):
                error.summary = mask(error.summary, os.environ)
            error.args = tuple(mask(each, os.environ) if isinstance(each, str) else each for each in error.args)
            error = error.__cause__ or error.__context__
