"""What AWS calls by name: whose it is, its limits, and how a name that is too long is shortened, everywhere alike."""

import hashlib
from dataclasses import dataclass

# https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html
_MOST_GROUP_CHARACTERS = 32
_HASH_CHARACTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One stage of one service: what the names of all that is its own begin with."""

    service: str
    stage: str

    @property
    def prefix(self) -> str:
        """How such a name begins."""
        return f"{self.service}-{self.stage}"

    def trace_group(self, objective: str, part: str) -> str:
        """The name of the X-Ray group that counts the traces of one part of an objective."""
        return shortened(f"{self.prefix}-{objective}-{part}", most_characters=_MOST_GROUP_CHARACTERS)


def shortened(name: str, *, most_characters: int) -> str:
    """The name, or where it is too long its beginning and a hash of the whole."""
    if len(name) <= most_characters:
        return name
    told = hashlib.sha256(name.encode()).hexdigest()[:_HASH_CHARACTERS]
    return f"{name[: most_characters - len(told) - 1]}-{told}"
