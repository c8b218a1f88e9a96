"""Names, of ours and of AWS. What becomes part of a path or of an AWS name is held to its letters, so none leads elsewhere."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from click.shell_completion import CompletionItem

import sre.cli.types.known as known
from foundation.errors import InputError
from sre.cli.types.written import Written, shown

_LINE_ENDS_AND_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Name(Written[str]):
    """A text that a pattern describes, and `how` in words; `offered` are those that a shell completes."""

    def __init__(
        self, name: str, pattern: str, how: str, *, offered: Callable[[], Iterable[str]] = tuple[str, ...]
    ) -> None:
        self.name, self.how = name, how
        self._pattern, self._offered = re.compile(pattern), offered

    def matches(self, text: str) -> bool:
        """Whether a text is such a name."""
        return bool(self._pattern.fullmatch(text))

    def read(self, text: str) -> str:
        """Read one as it stands."""
        if not self.matches(text):
            raise InputError(f"{shown(text)} is no {self.name}; write {self.how}")
        return text

    def completions(self, incomplete: str) -> list[CompletionItem[Any]]:
        """The names that are offered."""
        return [CompletionItem(each) for each in self._offered() if each.startswith(incomplete)]


class StageName(Name):
    """The name of a stage; `among` are those that there are, where only these will do."""

    def __init__(self, *among: str) -> None:
        super().__init__(
            "stage", "[a-z][a-z0-9-]{0,19}",
            ", ".join(among) or "lower-case letters, digits and dashes, up to 20, such as production",
            offered=lambda: among or ("local", "development", "staging", "production"),
        )  # fmt: skip
        self.among = among

    def read(self, text: str) -> str:
        """Read one such as production."""
        stage = super().read(text)
        if self.among and stage not in self.among:
            raise InputError(f"{shown(text)} is no such stage; write {self.how}")
        return stage


class Line(Written[str]):
    """A text of one line, from one to `longest_count` characters."""

    name = "text"

    def __init__(self, name: str = "text", *, longest_count: int = 1_000) -> None:
        self.name, self.longest_count = name, longest_count

    def read(self, text: str) -> str:
        """Read one as it stands."""
        if not text.strip() or len(text) > self.longest_count or _LINE_ENDS_AND_CONTROLS.search(text):
            raise InputError(
                f"{shown(text)}: write one line of 1 to {self.longest_count:,} characters, none of them control characters"
            )
        return text


STAGE = StageName()
# Of ours, and of OpenSLO, whose names are of at most 63; alarms and dashboards have it in theirs.
SERVICE = Name(
    "service", r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*", "small letters, digits and dashes, such as orders"
)
DEPLOYED_STAGE = StageName("development", "staging", "production")
SYNTHESIZED_STAGE = StageName("local", "development", "staging", "production")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
STACK = Name("stack", r"[A-Za-z][A-Za-z0-9-]{0,127}", "the name of a stack such as orders-production")
REGION = Name(
    "region", r"[a-z]{2}(-[a-z]{1,12}){1,3}-[0-9]", "an AWS Region such as eu-west-1", offered=lambda: _REGIONS
)
# Some of them, because AWS adds others: https://docs.aws.amazon.com/general/latest/gr/rande.html
_REGIONS = (
    "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
    "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip
_OF_OURS = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}"


def _of_ours(name: str, example: str, offered: Callable[[], Iterable[str]]) -> Name:
    return Name(name, _OF_OURS, f"letters, digits, dots, dashes, such as {example}", offered=offered)


OBJECTIVE = _of_ours("objective", "api-errors", known.objectives)
LOAD_PROFILE = _of_ours("profile", "release", known.load_profiles)
TRAFFIC_PROFILE = _of_ours("profile", "lean", known.traffic_profiles)
MODEL = _of_ours("model", "haiku-5.5-us", known.models)
CANARY = _of_ours("canary", "progress", known.canaries)
ALARM = _of_ours("alarm", "api-errors-page-fast", known.alarms)
BUCKET = Name("bucket", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of an S3 bucket such as my-archives")
# AWS's are twelve digits; other providers name theirs otherwise (Azure by GUIDs and paths, Google by words).
ACCOUNT = Name("account", r"[A-Za-z0-9/][A-Za-z0-9._:/-]{0,199}", "an account's id such as 123456789012")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html, without what AWS itself advises against.
OBJECT_KEY = Name(
    "key", r"[A-Za-z0-9][A-Za-z0-9!_.*'()/-]{0,1023}", "the key of an S3 object such as archives/sample.zip"
)
HOST = Name(
    "host", r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+",
    "a host alone, in lower case, such as api.example.com",
)  # fmt: skip
BASE_PATH = Name("path", r"(/[A-Za-z0-9_-]{1,100}){0,10}", "how the paths begin, such as /production")
TOPIC_ARN = Name(
    "arn", r"arn:aws[a-z-]{0,10}:sns:[a-z]{2}(-[a-z]{1,12}){1,3}-[0-9]:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?",
    "the ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:reports",
)  # fmt: skip
