"""coverage's JSON, as a file that nobody trusts: its totals, where they are what its files add up to.

https://coverage.readthedocs.io/en/latest/commands/cmd_json.html
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foundation.files.json_text import read_json
from tdeveloper.gates.testing.claims import ClaimedCoverage, ClaimError

MOST_BYTES = 64 << 20
_MOST_FILES = 100_000
_MOST_COUNT = 1_000_000_000


class _Summary(BaseModel):
    # What coverage adds to it later is not read.
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    covered_lines: int = Field(ge=0, le=_MOST_COUNT)
    num_statements: int = Field(ge=0, le=_MOST_COUNT)
    covered_branches: int = Field(ge=0, le=_MOST_COUNT)
    num_branches: int = Field(ge=0, le=_MOST_COUNT)


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    summary: _Summary


class _Report(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    files: dict[str, _File]
    totals: _Summary


def read_coverage(content: bytes) -> ClaimedCoverage:
    """What it counts. Raises InputError, of which ClaimError is one, when it cannot be read or contradicts itself."""
    if len(content) > MOST_BYTES:
        raise ClaimError(f"coverage: larger than {MOST_BYTES >> 20} MiB")
    try:
        report = _Report.model_validate(read_json(content.decode(), Path("coverage")))
    except UnicodeDecodeError as error:
        raise ClaimError("coverage: is no text in UTF-8") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part)[:100] for part in first["loc"])
        raise ClaimError(f"coverage: {where}: {first['msg']}") from error
    if len(report.files) > _MOST_FILES:
        raise ClaimError(f"coverage: more than {_MOST_FILES:,} files")
    summaries = [each.summary for each in report.files.values()]
    claimed = _sum(summaries)
    if claimed != _sum([report.totals]):
        raise ClaimError("coverage: its totals are not what its files add up to")
    if claimed.covered_line_count > claimed.line_count or claimed.covered_branch_count > claimed.branch_count:
        raise ClaimError("coverage: more is covered than there is")
    return claimed


def _sum(summaries: list[_Summary]) -> ClaimedCoverage:
    return ClaimedCoverage(
        covered_line_count=sum(each.covered_lines for each in summaries),
        line_count=sum(each.num_statements for each in summaries),
        covered_branch_count=sum(each.covered_branches for each in summaries),
        branch_count=sum(each.num_branches for each in summaries),
    )
