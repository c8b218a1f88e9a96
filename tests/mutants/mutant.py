"""A mutant as a value: where in which file stands what instead, and which lines' tests should notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: from byte `start` to byte `end` of the file stands `replacement`.

    `lines` are those whose tests should notice: the statement's own, or those that use what is changed when it is imported.
    """

    file: str
    operator: str
    line: int
    lines: tuple[int, ...]
    start: int
    end: int
    replacement: str

    def applied_to(self, text: str) -> str:
        """The source with the change in it."""
        content = text.encode()
        return (content[: self.start] + self.replacement.encode() + content[self.end :]).decode()

    def shown(self, text: str) -> tuple[str, str]:
        """What is changed, before and after, with the rest of its lines."""
        content = text.encode()
        begin = content.rfind(b"\n", 0, self.start) + 1
        finish = content.find(b"\n", self.end)
        rest = content[self.end : finish if finish >= 0 else len(content)].decode()
        head = content[begin : self.start].decode()
        before = head + content[self.start : self.end].decode() + rest
        return _one_line(before), _one_line(head + self.replacement + rest)


def _one_line(text: str) -> str:
    return " ".join(text.split())
