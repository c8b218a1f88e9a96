"""Each part of bringing a platform up reports what it took by itself."""

from sre.local.set_up import Laps, SetUpPart


def test_a_part_takes_the_time_since_the_one_before_it_has_ended() -> None:
    times = iter([10.0, 14.5, 15.0])
    reported: list[tuple[str, float]] = []
    laps = Laps(lambda part, seconds: reported.append((part, seconds)), clock=lambda: next(times))
    laps.end(SetUpPart.SYNTHESIS)
    laps.end(SetUpPart.EMULATOR)
    assert reported == [("synthesis", 4.5), ("emulator start", 0.5)]
