"""How it stands with a local platform: down, up, or broken."""

from dataclasses import dataclass

from sre.local.state import LocalPlatform


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """None is up."""


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
        what = f"{', '.join(self.ended)} ended by itself" if self.ended else f"{self.platform.endpoint} does not answer"
        return f"the local platform in {self.platform.home} is broken ({what})"


Status = Down | Up | Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensured:
    """A platform that is up; `was_up` where it was so before, and nothing was done."""

    platform: LocalPlatform
    was_up: bool
