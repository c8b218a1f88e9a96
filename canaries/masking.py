"""Keeps credentials and signatures out of what a canary says."""

import re
from collections.abc import Mapping

_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")
_SIGNED = re.compile(
    r"(X-Amz-(?:Signature|Credential|Security-Token)=|Signature=|Credential=)[^&\s,'\"]+", re.IGNORECASE
)
_HIDDEN = "***"
# The variables whose values are to be masked, too, with commas between them.
MASKED_VARIABLES = "MASKED_VARIABLES"


def mask(text: str, environment: Mapping[str, str]) -> str:
    """The text without the credentials of an environment and the other secrets that it names, and without any signature."""
    named = environment.get(MASKED_VARIABLES, "").split(",")
    for name in (*_SECRETS, *filter(None, named)):
        if secret := environment.get(name):
            text = text.replace(secret, _HIDDEN)
    return _SIGNED.sub(rf"\1{_HIDDEN}", text)
