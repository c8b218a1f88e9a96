"""Places in the tree, as texts with slashes: what a lock file points to, and whether that is in the tree at all."""

import posixpath


def directory_of(path: str) -> str:
    """The directory of a file of the tree; "" is the tree itself."""
    return posixpath.dirname(path)


def inside(directory: str, target: str) -> str | None:
    """Where a relative `target`, seen from `directory`, is in the tree; None where it leads out, is absolute or an address.

    It is reckoned by names alone: an unpacked tree has no links.
    """
    if not target or target.startswith(("/", "~")) or any(sign in target for sign in "\0\\:"):
        return None
    found = posixpath.normpath(posixpath.join(directory, target))
    if found == ".." or found.startswith("../"):
        return None
    return "" if found == "." else found
