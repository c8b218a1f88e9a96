"""Two texts of a fact as they are read beside one another: the words in which they differ, with a word around them."""

MOST_SHOWN = 160
_AROUND = 1
_LEFT_OUT = "…"


def differing(before: str | None, after: str | None) -> tuple[str, str]:
    """Both, short enough for a line; what they have in common is left out where they are long."""
    old, new = (before or "").split(), (after or "").split()
    if max(len(" ".join(each)) for each in (old, new)) <= MOST_SHOWN // 2 or not old or not new:
        return _short(old), _short(new)
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    begin = max(0, first - _AROUND)
    return _short(_middle(old, begin, last)), _short(_middle(new, begin, last))


def _common(one: list[str], other: list[str]) -> int:
    """How many words they begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _middle(words: list[str], begin: int, last: int) -> list[str]:
    end = min(len(words), len(words) - last + _AROUND)
    head, tail = [_LEFT_OUT] if begin else [], [_LEFT_OUT] if end < len(words) else []
    return [*head, *words[begin:end], *tail]


def _short(words: list[str]) -> str:
    text = " ".join(words) or "nothing"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}{_LEFT_OUT}"
