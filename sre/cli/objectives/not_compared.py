"""What a comparison of a service's files does not speak of, in sentences: what was not read is never told as unchanged."""

from sre.jobs.objectives.revision import Earlier


def notes_on(earlier: Earlier, before: str, *, is_one_file: bool) -> tuple[str, ...]:
    """A sentence for each file that was not found as it is called now; one for all where `before` is one file."""
    if is_one_file:
        others = ", ".join(each.what.words for each in earlier.not_compared)
        return (f"{before} is one file, so only the objectives are compared; not compared: {others}",)
    return tuple(
        f"{before} has no {each.now.name}: {each.before} is compared in its place"
        if each.before is not None
        else f"{before} has no {each.now.name}, so of the {each.what.words} nothing is compared: {each.now.name} stands on "
        "both sides"
        for each in earlier.compared
        if each.before is None or each.is_usual
    )
