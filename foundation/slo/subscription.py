"""Who hears of the alarms of a severity: an e-mail address, an https address, or a channel of Slack."""

import re
from dataclasses import dataclass
from enum import Enum

from foundation.slo.burn_rate import Severity


class Channel(Enum):
    """How somebody is reached; the words are those of a service's file."""

    EMAIL = "email"
    HTTPS = "https"
    CHAT = "chat"

    @property
    def pattern(self) -> str:
        """What an endpoint of the channel looks like, the whole of it, in a form that Python and CloudFormation read alike."""
        match self:
            case Channel.EMAIL:
                return r"[!-?A-~]{1,64}@[!-?A-~]+\.[!-?A-~]+"
            case Channel.HTTPS:
                return r"https://[!-.0-~]+(/[!-~]*)?"
            case Channel.CHAT:
                # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-chatbot-slackchannelconfiguration.html
                return r"[0-9A-Z]{1,255}/[A-Za-z0-9]{1,255}"

    @property
    def how(self) -> str:
        """What to write for one, with an example."""
        match self:
            case Channel.EMAIL:
                return "an e-mail address such as on-call@example.com"
            case Channel.HTTPS:
                return "an https address such as https://events.example.com/sns"
            case Channel.CHAT:
                return "the ids of a Slack workspace and of its channel, such as T0123ABCD/C0123ABCD"

    def takes(self, endpoint: str) -> bool:
        """Whether it is an endpoint of the channel."""
        return len(endpoint) <= MOST_ENDPOINT_CHARACTERS and re.fullmatch(self.pattern, endpoint, re.ASCII) is not None


# It is the default of a template's parameter, whose value has 4,096 bytes:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_ENDPOINT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One who hears of a severity."""

    severity: Severity
    channel: Channel
    endpoint: str

    @property
    def sentence(self) -> str:
        """The same in words; what is behind the host of an address may be its password, and is not said."""
        shown = self.endpoint
        if self.channel is Channel.HTTPS:
            host, slash, _ = self.endpoint.removeprefix("https://").partition("/")
            shown = f"https://{host.rpartition('@')[2]}{'/…' if slash else ''}"
        return f"A {self.severity.value} is sent to {shown}."
