"""Names, of ours and of AWS. What becomes part of a path or of an AWS name is held to its letters, so none leads elsewhere."""

import re
from typing import Any

from click.shell_completion import CompletionItem

from foundation.errors import InputError
from sre.cli.types.written import Written, shown

_LINE_ENDS_AND_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Name(Written[str]):
    """A text that a pattern describes, and `how` in words."""

    def __init__(self, name: str, pattern: str, how: str) -> None:
        self.name, self.how = name, how
        self._pattern = re.compile(pattern)

    def matches(self, text: str) -> bool:
        """Whether a text is such a name."""
        return bool(self._pattern.fullmatch(text))

    def read(self, text: str) -> str:
        """Read one as it stands."""
        if not self.matches(text):
            raise InputError(f"{shown(text)} is no {self.name}; write {self.how}")
        return text


class StageName(Name):
    """The name of a stage; `among` are those that there are, where only these will do."""

    def __init__(self, *among: str) -> None:
        super().__init__(
            "stage", "[a-z][a-z0-9-]{0,19}",
            ", ".join(among) or "lower-case letters, digits and dashes, up to 20, such as production",
        )  # fmt: skip
        self.among = among

    def read(self, text: str) -> str:
        """Read one such as production."""
        stage = super().read(text)
        if self.among and stage not in self.among:
            raise InputError(f"{shown(text)} is no such stage; write {self.how}")
        return stage

    def completions(self, incomplete: str) -> list[CompletionItem[Any]]:
        """The stages that there are."""
        known = self.among or ("local", "development", "staging", "production")
        return [CompletionItem(each) for each in known if each.startswith(incomplete)]


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
DEPLOYED_STAGE = StageName("development", "staging", "production")
SYNTHESIZED_STAGE = StageName("local", "development", "staging", "production")
REGION = Name("region", r"[a-z]{2}(-[a-z]{1,12}){1,3}-[0-9]", "an AWS Region such as eu-west-1")
NAME = Name("name", r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", "letters, digits, dots, dashes, such as api-errors")
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
