"""Which resource of templates a text names: by its physical name, its ARN or its URL, as it is written out.

An ARN names one of its own service: `…:table/orders/index/by-day` is of the table orders, whatever else is called by-day.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from foundation.service.resource_type import ReturnValue
from foundation.service.resource_type_file import kinds_of

# A name that is shorter may be any word.
_SHORTEST_NAME = 4
# The parts of an ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_ARN = re.compile(r"arn:(?P<partition>[^:]*):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<what>.+)")
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
_URL = re.compile(r"https://[^/]+\.amazonaws\.com(\.cn)?/[^/]+/(?P<name>[^/]+)")
_PSEUDO = re.compile(r"\$\{AWS::(\w+)\}", re.ASCII)


@dataclass(slots=True, kw_only=True)
class TemplateNames:
    """The addresses of resources by what they are called. `names` are physical names, and `types` theirs, by address.

    What only a deployment knows is no name, and of several that are called the same none is named.
    """

    names: Mapping[str, str]
    types: Mapping[str, str]
    by_name: dict[str, list[str]] = field(init=False)
    by_arn: dict[tuple[str, str], list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name, self.by_arn = {}, {}
        for address, name in self.names.items():
            if "${" in name:
                continue
            # What is referred to by an id has a name that is for people.
            kind = next(iter(kinds_of(self.types[address])), None)
            if kind is None or kind.identity.ref is not ReturnValue.ID:
                self.by_name.setdefault(name, []).append(address)
            arn = _ARN.fullmatch(_without_colons(kind.arn_of(name, ()) or "")) if kind is not None else None
            if arn is not None:
                self.by_arn.setdefault((arn["service"], arn["what"]), []).append(address)

    def named(self, text: str) -> str | None:
        """The resource that a text may name which stands anywhere; a short word is no name there."""
        if not text.startswith(("arn:", "https:")) and len(text) < _SHORTEST_NAME:
            return None
        return _only(self._all_named(text))

    def named_of(self, type_name: str, text: str) -> str | None:
        """The resource of a type that a text names where nothing else stands than what names one."""
        return _only([each for each in self._all_named(text) if self.types[each] == type_name])

    def _all_named(self, text: str) -> list[str]:
        if url := _URL.fullmatch(text):
            return [each for each in self.by_name.get(url["name"], ()) if self._has_url(each)]
        if (arn := _ARN.fullmatch(_without_colons(text))) is None:
            return self.by_name.get(text, [])
        for what in _beginnings(arn["what"].rstrip("*").rstrip("/:")):
            if found := self.by_arn.get((arn["service"], what)):
                return found
        # Of a type that nobody knows an ARN ends with the name, as a rule.
        *_, last = re.split("[/:]", arn["what"])
        return [each for each in self.by_name.get(last, ()) if not kinds_of(self.types[each])]

    def _has_url(self, address: str) -> bool:
        kind = next(iter(kinds_of(self.types[address])), None)
        return kind is not None and kind.identity.ref is ReturnValue.URL


def _beginnings(what: str) -> Iterator[str]:
    """The whole, and what stands before each of its separators, the longest first: a function's alias is of the function."""
    yield what
    for found in reversed(list(re.finditer("[/:]", what))):
        yield what[: found.start()]


def _without_colons(text: str) -> str:
    return _PSEUDO.sub(r"${\1}", text)


def _only(found: list[str]) -> str | None:
    return found[0] if len(found) == 1 else None
