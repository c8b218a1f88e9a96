"""How it stands with a local platform: down, on its way up, up, or broken."""

from dataclasses import dataclass

from foundation.processes.lock import Owner
from sre.local.beginning import Beginning
from sre.local.processes import Started
from sre.local.state import LocalPlatform


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """None is up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfUp:
    """It was begun, and is not up: `owner` brings it up just now; without one, whoever did has ended."""

    beginning: Beginning
    owner: Owner | None

    @property
    def reason(self) -> str:
        """How far it is."""
        home = self.beginning.home
        if self.owner is not None:
            return f"the local platform in {home} is being brought up by {self.owner.sentence}"
        left = self.beginning.running
        runs = f"{', '.join(left)} of it still run" if left else "nothing of it runs any more"
        return f"the local platform in {home} was not brought up to its end, since {self.beginning.began_at}; {runs}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """All of its processes run, and it answers."""

    platform: LocalPlatform


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Some of its processes have `ended` by themselves; where none has, it does not answer."""

    platform: LocalPlatform
    ended: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """What is wrong."""
        processes = self.platform.processes
        if processes and not any(each.process.is_of_this_boot for each in processes):
            what = "this machine was started again since"
        elif self.ended:
            what = f"{', '.join(self.ended)} ended by itself"
        else:
            what = f"{self.platform.endpoint} does not answer"
        return f"the local platform in {self.platform.home} is broken ({what})"


Status = Down | HalfUp | Up | Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensured:
    """A platform that is up; `was_up` where it was so before, and nothing was done."""

    platform: LocalPlatform
    was_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDown:
    """A platform that was taken down; `left_alone` are sentences on what has its numbers today and is not its own."""

    left_alone: tuple[str, ...]


def left_alone(started: Started) -> tuple[str, ...]:
    """What has the number of a process of ours and cannot be shown to be ours, in a sentence each."""
    return tuple(
        f"process {each.pid} has the number of our {started.name} or of its session, and is not ours: it was left alone"
        for each in started.strangers()
    )
