"""Words that mean one thing in every output; they are the foundation's, as all that is printed or drawn has them."""

from foundation.slo.outcome import Outcome
from foundation.slo.verdict import outcome_of

__all__ = ("Outcome", "outcome_of")
