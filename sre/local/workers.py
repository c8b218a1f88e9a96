"""How many Lambda workers of each function this machine carries, and how long a call waits for one.

On AWS each worker has a machine of its own. Here they share one, where starting a worker slows those that serve.
"""

import os

from foundation.cloudwatch.name_limits import FUNCTION
from foundation.cloudwatch.names import Scope
from infra.service import NAME

_SCOPE = Scope(service=NAME, stage="local")
API, SUBSCRIPTIONS = (_SCOPE.named(FUNCTION, name) for name in ("api", "subscriptions"))

# A request of the API keeps a core busy for about a quarter of its time, and waits for the emulator for the rest. Never fewer
# than eight, since the fault switch may hold some for seconds without a core; never more than sixteen, which carry all that
# the emulator serves, and of which each takes about 60 MB.
API_WORKERS_PER_CORE = 4
_FEWEST_API_WORKERS, _MOST_API_WORKERS = 8, 16
# Steps, gates and subscriptions come some forty times more seldom, and a gate keeps a core busy all the time.
OTHER_WORKERS_PER_CORE = 1
_FEWEST_OTHER_WORKERS, _MOST_OTHER_WORKERS = 2, 8

# As long as API Gateway waits for a function; whoever has waited so long is answered as at the account's concurrency limit. A
# call of a function that may run for longer, such as a gate, waits as long as that.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
PATIENCE_SECONDS = 29.0


def core_count() -> int:
    """The processor cores that this process may use."""
    # macOS does not say which ones a process may use.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def worker_count(function_name: str, *, cores: int) -> int:
    """The workers that a function may have on so many cores."""
    if function_name == API:
        return min(max(_FEWEST_API_WORKERS, API_WORKERS_PER_CORE * cores), _MOST_API_WORKERS)
    return min(max(_FEWEST_OTHER_WORKERS, OTHER_WORKERS_PER_CORE * cores), _MOST_OTHER_WORKERS)
