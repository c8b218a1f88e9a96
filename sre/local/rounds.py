"""What AWS does by itself every minute, and MiniStack does not: metrics of queues, and the states of deployed alarms.

Run as `python -m sre.local.rounds ENDPOINT REGION`; it ends when it is stopped, or when the platform is gone.
"""

import logging
import sys
from collections.abc import Sequence
from functools import partial

import boto3

from foundation.aws_errors import patient
from sre.local.deployed_alarms import DeployedAlarms
from sre.local.emf_bridge import Turns, run
from sre.local.queue_metrics import QueueMetrics, messages_at


class Rounds:
    """Several turns, one after the other."""

    def __init__(self, turns: Sequence[Turns]) -> None:
        self._turns = turns

    def turn(self) -> int:
        """All of them, once."""
        return sum(each.turn() for each in self._turns)


def rounds_of(session: boto3.Session, endpoint: str) -> Rounds:
    """The rounds of a platform: what is put in a minute is there when its alarms are evaluated."""
    cloudwatch = session.client("cloudwatch", endpoint_url=endpoint, config=patient())
    look = partial(messages_at, endpoint, session.region_name)
    return Rounds((QueueMetrics(look, cloudwatch), DeployedAlarms(cloudwatch)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run(rounds_of(boto3.Session(region_name=sys.argv[2]), sys.argv[1]))
