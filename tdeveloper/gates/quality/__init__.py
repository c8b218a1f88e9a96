"""The quality gate: defects, complexity, duplication and annotations of an unpacked tree, and a score with its parts."""
