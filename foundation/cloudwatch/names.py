"""What AWS calls by name: how the parts of a name make one, that no other parts make, within AWS's limits.

Parts are joined with dashes, and may hold dashes: what could be read as other parts has a hash of its parts at the end, and so
has what is too long. A key in a template is made of a name in the same way.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from foundation.cloudwatch import name_limits
from foundation.cloudwatch.name_limits import NameKind
from foundation.errors import InputError

Value = TypeVar("Value")
_HASH_CHARACTERS = 8
_HASH = rf"[0-9a-f]{{{_HASH_CHARACTERS}}}"
# Where one of these stands in a name, the stage stands; a service that has one in its own name is told by a hash.
_STAGES = frozenset({"local", "development", "staging", "production"})
# In an alarm's name the severity follows what the alarm is about.
_SEVERITIES = frozenset({"page", "ticket"})
# Grafana's own limit for an address: https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
_MOST_UID_CHARACTERS = 40
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
_MOST_LOGICAL_ID_CHARACTERS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One stage of one service: what the names of all that is its own begin with."""

    service: str
    stage: str

    @property
    def prefix(self) -> str:
        """How such a name begins."""
        return f"{self.service}-{self.stage}"

    def alarm(self, subject: str, severity: str, *parts: str) -> str:
        """The name of an alarm of a severity on a subject, an objective or a resource."""
        return self._name(name_limits.ALARM, subject, severity, *parts, is_plain=_has_none_of(_SEVERITIES, subject))

    def trace_group(self, objective: str, part: str) -> str:
        """The name of the X-Ray group that counts the traces of one part of an objective."""
        return self._name(name_limits.TRACE_GROUP, objective, part)

    def rule(self, objective: str) -> str:
        """The name of the EventBridge rule on the failures of an objective."""
        return self._name(name_limits.RULE, objective, "failed")

    def topic(self, severity: str, *, is_of_billing: bool) -> str:
        """The name of the SNS topic of a severity; alarms on the bill have their own, which may be in the same Region."""
        return self._name(name_limits.TOPIC, *(("billing",) if is_of_billing else ()), severity)

    def dashboard(self, name: str) -> str:
        """The name of a dashboard."""
        return self._name(name_limits.DASHBOARD, name)

    def grafana_uid(self, name: str) -> str:
        """The address of a dashboard in Grafana."""
        return shortened(self.dashboard(name), most_characters=_MOST_UID_CHARACTERS)

    def named(self, kind: NameKind, *parts: str) -> str:
        """The name of something that there is one of in a stage."""
        return self._name(kind, *parts)

    def log_group_of_function(self, function: str) -> str:
        """Where a function's log is; Lambda has the last word on it."""
        return f"/aws/lambda/{self._name(name_limits.FUNCTION, function)}"

    def _name(self, kind: NameKind, *parts: str, is_plain: bool = True) -> str:
        """The name of these parts; `is_plain` is whether those after the stage can be told from one another when joined."""
        whole = "-".join((self.prefix, *parts))
        plain = is_plain and self._is_read_from(whole) and re.search(rf"-{_HASH}\Z", whole) is None
        name = _bounded(whole, (self.service, self.stage, *parts), kind.most_characters, is_plain=plain)
        kind.check(name)
        return name

    def _is_read_from(self, name: str) -> bool:
        """Whether one who reads the name finds the service and the stage: up to the first known stage, or the first two words."""
        words = name.split("-")
        at = next((number for number, word in enumerate(words) if number and word in _STAGES), 1)
        return (self.service, self.stage) == ("-".join(words[:at]), words[at])


def shortened(name: str, *, most_characters: int) -> str:
    """The name, or where it is too long its beginning and a hash of the whole."""
    return _bounded(name, (name,), most_characters, is_plain=True)


def is_stack_of(prefix: str, stack: str) -> bool:
    """Whether a stack is one of those that `prefix` stands for: the one of this name, and those whose names go on with a dash.

    `shop-production` has `shop-production-api`, and not `shop-production2-api`, which is another stage's.
    """
    whole = prefix.rstrip("-")
    return bool(whole) and (stack == whole or stack.startswith(f"{whole}-"))


def stack_arns_of(prefix: str) -> tuple[str, ...]:
    """The same as wildcards of the ids of stacks, in which the name stands between two slashes.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
    """
    whole = prefix.rstrip("-")
    return f"arn:*:stack/{whole}/*", f"arn:*:stack/{whole}-*/*"


def logical_id(kind: str, name: str) -> str:
    """A CloudFormation logical id, which stays when its neighbours change; no two names of a kind have one.

    It is the words of the name with capitals; a name that cannot be read from it again has its hash at the end.
    """
    words = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))
    is_plain = re.fullmatch(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*", name) and not re.search(rf"(^|-)h{_HASH}\Z", name)
    whole = f"{kind.title()}{words}"
    if is_plain and len(whole) <= _MOST_LOGICAL_ID_CHARACTERS:
        return whole
    return f"{whole[: _MOST_LOGICAL_ID_CHARACTERS - _HASH_CHARACTERS - 1]}H{_hash((name,))}"


def terraform_label(name: str) -> str:
    """A Terraform label; no two names have one.

    https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers
    """
    label = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) and not re.search(rf"-h{_HASH}\Z", name):
        return label
    return f"{label if label[:1].isalpha() else f'_{label}'}_h{_hash((name,))}"


def keyed(pairs: Iterable[tuple[str, Value]], what: str) -> dict[str, Value]:
    """A dict of pairs, of which no two have one key. Raises InputError with the keys that stand twice."""
    made: dict[str, Value] = {}
    twice: list[str] = []
    for key, value in pairs:
        if key in made:
            twice.append(key)
        made[key] = value
    if twice:
        raise InputError(f"two {what} have one name; give one of them another:", tuple(dict.fromkeys(twice)))
    return made


def _has_none_of(anchors: frozenset[str], subject: str) -> bool:
    return anchors.isdisjoint(subject.split("-")[1:])


def _bounded(whole: str, parts: tuple[str, ...], most_characters: int, *, is_plain: bool) -> str:
    if is_plain and len(whole) <= most_characters:
        return whole
    begin = whole[: most_characters - _HASH_CHARACTERS - 1].rstrip("-")
    return f"{begin}-{_hash((whole,) if is_plain else parts)}"


def _hash(parts: tuple[str, ...]) -> str:
    # A NUL stands in no part, so that no other parts are hashed alike.
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_HASH_CHARACTERS]
