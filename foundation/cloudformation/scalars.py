"""What a scalar without quotes is to CloudFormation, which reads YAML 1.1: `Yes` is true, 0123 is 83, and a date stays a text.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html, https://yaml.org/type/
"""

import re
from decimal import Decimal

_FLAGS = {
    each: meant
    for meant, words in ((True, ("yes", "true", "on")), (False, ("no", "false", "off")))
    for word in words
    for each in (word, word.capitalize(), word.upper())
}
# A number with more digits is a text that looks like one.
_MOST_DIGITS = 60
_WHOLE = re.compile(r"[-+]?(?:0b(?P<b>[01_]+)|0x(?P<x>[0-9a-fA-F_]+)|0(?P<o>[0-7_]+)|(?P<d>0|[1-9][0-9_]*))", re.ASCII)
_OF_SIXTIES = re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+", re.ASCII)
_REAL = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)


def plain_scalar(text: str) -> bool | int | Decimal | str:
    """What a text without quotes stands for."""
    if text in _FLAGS:
        return _FLAGS[text]
    if len(text) > _MOST_DIGITS or text[:1] not in "+-.0123456789" or text == "":
        return text
    sign = -1 if text[0] == "-" else 1
    if (whole := _WHOLE.fullmatch(text)) is not None:
        for group, base in (("b", 2), ("x", 16), ("o", 8), ("d", 10)):
            if whole[group] is not None and (digits := whole[group].replace("_", "")):
                return sign * int(digits, base)
    if _OF_SIXTIES.fullmatch(text):
        number = 0
        for part in text.lstrip("+-").replace("_", "").split(":"):
            number = number * 60 + int(part)
        return sign * number
    if _REAL.fullmatch(text):
        return Decimal(text.replace("_", ""))
    return text
