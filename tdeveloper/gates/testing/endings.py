"""How a run of tests ended: a closed set. Only of tests that ran to their end, and say so in one voice, is all concluded."""

from dataclasses import dataclass

from tdeveloper.gates.testing.events import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Every test that was collected ended, and all that is said of them agrees."""

    @property
    def sentence(self) -> str:
        """For people."""
        return "the tests ran to their end"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTests:
    """pytest found no test: nothing was looked at, so this is neither passed nor failed."""

    @property
    def sentence(self) -> str:
        """For people."""
        return "there are no tests that pytest finds"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """Nothing ran: no sandbox holds here, or what the tree's lock names could not be brought."""

    reason: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"the tests were not run: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModulesMissing:
    """Tests wanted modules that are neither the tree's own, nor Python's, nor in what the tree has locked."""

    names: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """For people."""
        return "; ".join(missing_sentence(name) for name in self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached:
    """The run was ended by a limit, or tests met one: what ended before is known, and nothing else."""

    limit: Limit
    given: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"the tests need more than they are given: {self.limit.value} ({self.given})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It ended, and what it left does not say in one voice what came of it."""

    reason: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"what came of the tests is not known: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxBroke:
    """The sandbox itself failed: nothing is known of the tests, and nothing speaks against them."""

    reason: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"the sandbox broke: {self.reason}"


Ended = Completed | NoTests | NotRun | ModulesMissing | LimitReached | Unclear | SandboxBroke


def missing_sentence(name: str) -> str:
    """What is said of a module that is not there, and what to do."""
    return f"{name} is not there: lock the package that has it, with hashes (uv.lock, pylock.toml, poetry.lock, requirements.txt)"
