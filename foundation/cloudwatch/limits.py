"""The one error for a value that CloudWatch itself would refuse; its text names the limit and where it is documented."""

from foundation.errors import InputError

API = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring"


class LimitError(InputError):
    """A value that CloudWatch does not take; `source` is the page that says so."""

    def __init__(self, problem: str, source: str) -> None:
        super().__init__(f"{problem} ({source})")


def require(holds: bool, problem: str, source: str) -> None:
    """Raise LimitError with the problem and the page that documents the limit, unless it holds."""
    if not holds:
        raise LimitError(problem, source)
