"""What became of the mutants, for people: the living ones with their line, and how many of each kind there were."""

from collections.abc import Callable, Sequence

from tests.mutants.mutant import Mutant
from tests.mutants.trying import Fate

LEAST_RATIO = 0.95


def killed_ratio(fates: Sequence[Fate]) -> float:
    """The share of mutants that somebody would have noticed; of none it is all."""
    return sum(fate.is_killed for fate in fates) / len(fates) if fates else 1.0


def told(tried: Sequence[tuple[Mutant, Fate]], text_of: Callable[[str], str]) -> str:
    """The survivors, and tables by file and by operator."""
    lines: list[str] = []
    for mutant, fate in sorted(tried, key=lambda each: (each[0].file, each[0].start)):
        if not fate.is_killed:
            lines.append(survivor(mutant, fate, text_of(mutant.file)))
    rows = {
        "file": [(mutant.file, fate) for mutant, fate in tried],
        "operator": [(mutant.operator, fate) for mutant, fate in tried],
        "": [("all", fate) for _, fate in tried],
    }
    for title, found in rows.items():
        lines += ["", *_table(title, found)] if title else _table(title, found)[-1:]
    hung = sum(fate is Fate.HUNG for _, fate in tried)
    broken = sum(fate is Fate.BROKEN for _, fate in tried)
    return "\n".join([*lines, "", f"Of the killed, {broken} broke an import or the collection, and {hung} hung."])


def survivor(mutant: Mutant, fate: Fate, text: str) -> str:
    """One that nobody noticed, with its line before and after; `text` is the file without the change."""
    before, after = mutant.shown(text)
    return f"{mutant.file}:{mutant.line} alive ({mutant.operator}): {fate.value}\n  - {before}\n  + {after}"


def _table(title: str, rows: Sequence[tuple[str, Fate]]) -> list[str]:
    width = 44
    lines = [f"{title:{width}} {'mutants':>8} {'killed':>8} {'alive':>8} {'ratio':>8}"]
    for name in sorted({name for name, _ in rows}):
        fates = [fate for each, fate in rows if each == name]
        killed = sum(fate.is_killed for fate in fates)
        lines.append(f"{name:{width}} {len(fates):8} {killed:8} {len(fates) - killed:8} {killed_ratio(fates):8.1%}")
    return lines
