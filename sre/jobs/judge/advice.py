"""What to change for a finding, beyond what its message says: where its rule is explained, and what helps against its kind."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bandit.core.docs_utils import get_url  # pyright: ignore[reportUnknownVariableType]

from foundation.findings.model import Finding


def advice(finding: Finding) -> str:
    """One sentence; empty where the message says it all."""
    known = _BY_TOOL.get(finding.tool)
    return "" if known is None else known(finding)


def _bandit(finding: Finding) -> str:
    return f"why, and what instead: {get_url(finding.rule)}"


def _secret(finding: Finding) -> str:
    del finding
    return (
        "revoke it where it was given out, then take it from the environment or a secret store: it stays in the history"
    )


def _ruff(finding: Finding) -> str:
    return f"`ruff rule {finding.rule}` explains it"


def _dependency(finding: Finding) -> str:
    return f"why: https://osv.dev/vulnerability/{finding.rule}"


def _workflow(finding: Finding) -> str:
    return f"why, and what instead: https://docs.zizmor.sh/audits/#{finding.rule}"


_BY_TOOL: Mapping[str, Callable[[Finding], str]] = MappingProxyType(
    {"bandit": _bandit, "detect-secrets": _secret, "ruff": _ruff, "osv": _dependency, "zizmor": _workflow}
)
