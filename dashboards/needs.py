"""Which resource of a service needs which, as its inventory has it: what fails when one of them fails."""

from collections.abc import Sequence

from dashboards.model import TextPanel
from foundation.pages import escapes
from foundation.service.resources import Resource

# As many as can be read in a panel by scrolling a little.
_MOST_LINES_A_PANEL = 50


def needs(resources: Sequence[Resource]) -> tuple[TextPanel, ...]:
    """A line for each resource that needs others, on as many panels as are needed; none where nothing is known of needs."""
    lines = [
        f"- **{escapes.markdown(each.label)}** needs {', '.join(map(escapes.markdown, each.needs))}"
        for each in resources
        if each.needs
    ]
    parts = [lines[at : at + _MOST_LINES_A_PANEL] for at in range(0, len(lines), _MOST_LINES_A_PANEL)]
    return tuple(
        TextPanel(
            title="Which needs which" if len(parts) == 1 else f"Which needs which, {number} of {len(parts)}",
            # A text widget of CloudWatch has no title of its own.
            markdown="\n".join(("### Which needs which", "", *part)),
        )
        for number, part in enumerate(parts, start=1)
    )
