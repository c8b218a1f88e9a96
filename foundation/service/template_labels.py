"""What resources of templates are called: words of their logical ids, or of their paths in a tree of constructs, each once."""

import re
from collections import Counter
from collections.abc import Sequence

from foundation.cloudformation.template import TemplateResource

_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
# What CDK ends a logical id with: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
_HASH = re.compile(r"(?<=.)[0-9A-F]{8}$")
# What a construct calls the resource that it is made of.
_OF_A_CONSTRUCT = ("Resource", "Default")
# A function is called by what it does.
_SAID_BY_THE_TYPE = {"AWS::Lambda::Function": ("function", "lambda")}
_MOST_LETTERS = 80


def labels_of(resources: Sequence[TemplateResource]) -> dict[str, str]:
    """A label for each address: short where that is enough, with the words of its stack where it is not."""
    # Of a template alone nothing says that CDK wrote it. A person may end one name so, and does not end most of them so.
    hashed = sum(_HASH.search(each.logical_id) is not None for each in resources)
    is_of_cdk = hashed > 1 and 2 * hashed > len(resources)
    short = {each.address: _short(each, is_of_cdk=is_of_cdk) for each in resources}
    full = {each.address: _full(each, is_of_cdk=is_of_cdk) for each in resources}
    counts = Counter(short.values())
    taken: set[str] = set()
    labels: dict[str, str] = {}
    for each in resources:
        label = short[each.address] if counts[short[each.address]] == 1 else full[each.address]
        number, numbered = 1, label
        while numbered in taken:
            number += 1
            numbered = f"{label}-{number}"
        taken.add(numbered)
        labels[each.address] = numbered
    return labels


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name, in small letters: `create-order` of CreateOrder, `sqs-queue2` of SQSQueue2."""
    return tuple(word.lower() for part in re.split(r"[^A-Za-z0-9]+", text) for word in _WORD.findall(part))


def _own_words(resource: TemplateResource, *, is_of_cdk: bool) -> tuple[str, ...]:
    parts = [part for part in resource.construct_path.split("/") if part]
    if len(parts) > 1:
        kept = parts[1:-1] if parts[-1] in _OF_A_CONSTRUCT and len(parts) > 2 else parts[1:]
        return tuple(word for part in kept for word in words_of(part))
    is_hashed = is_of_cdk or resource.is_of_cdk
    return words_of(_HASH.sub("", resource.logical_id) if is_hashed else resource.logical_id)


def _short(resource: TemplateResource, *, is_of_cdk: bool) -> str:
    words = _own_words(resource, is_of_cdk=is_of_cdk)
    if len(words) > 1 and words[-1] in _SAID_BY_THE_TYPE.get(resource.type, ()):
        words = words[:-1]
    return _label(words)


def _full(resource: TemplateResource, *, is_of_cdk: bool) -> str:
    """With all of its words, and those of the stacks that it is in."""
    stack = resource.address.removesuffix(resource.logical_id)
    return _label((*words_of(stack), *_own_words(resource, is_of_cdk=is_of_cdk)))


def _label(words: Sequence[str]) -> str:
    label = "-".join(words)[:_MOST_LETTERS].strip("-")
    return label if label[:1].isalpha() else f"resource-{label}".strip("-")
