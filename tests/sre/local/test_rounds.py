"""The rounds do one thing after the other, so that what is put in a minute is there when its alarms are evaluated."""

import boto3
import pytest

from sre.local.deployed_alarms import DeployedAlarms
from sre.local.queue_metrics import QueueMetrics
from sre.local.rounds import Rounds, rounds_of


class Turn:
    """Says when it is done, and how much it did."""

    def __init__(self, name: str, count: int, done: list[str]) -> None:
        self.name, self.count, self.done = name, count, done

    def turn(self) -> int:
        self.done.append(self.name)
        if self.count < 0:
            raise ConnectionError(self.name)
        return self.count


def test_a_round_is_every_turn_in_its_order() -> None:
    done: list[str] = []
    rounds = Rounds((Turn("queues", 4, done), Turn("alarms", 2, done)))
    assert (rounds.turn(), rounds.turn(), done) == (6, 6, ["queues", "alarms"] * 2)


def test_what_cannot_look_at_the_queues_does_not_judge_their_alarms() -> None:
    done: list[str] = []
    with pytest.raises(ConnectionError):
        Rounds((Turn("queues", -1, done), Turn("alarms", 2, done))).turn()
    assert done == ["queues"]


def test_a_platforms_rounds_are_its_queues_and_then_its_alarms() -> None:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    made = rounds_of(session, "http://127.0.0.1:1")
    assert [type(each) for each in made.turns] == [QueueMetrics, DeployedAlarms]
