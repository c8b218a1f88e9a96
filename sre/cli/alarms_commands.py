"""`sre alarms`: the alarms that follow from the objectives, their tests, their proofs, and their templates."""

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sre.cli.backtest_command import changed_target, facts_of, run_backtest, run_record, span_of

if TYPE_CHECKING:
    from alarms.model import Plan
    from alarms.rule_tests import Outcome
    from foundation.slo.model import Objectives

_TESTS = Path(__file__).parents[2] / "tdeveloper" / "rule_tests"
_EXIT_FAILED = 1


class _Time(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time; write 2026-03-02T00:00:00Z", param, ctx)


_TIME = _Time()


def _plan_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that makes a plan; they arrive as `plan` and `objectives`."""

    @click.option("--stage", default="production", show_default=True, help="Which deployment's alarms.")
    @click.option(
        "--objectives",
        "objectives_file",
        type=click.Path(path_type=Path),
        help="Another service's objectives; those of T-Developer unless it is given.",
    )
    @click.option(
        "--policy",
        type=click.Path(path_type=Path),
        help="Another burn-rate policy; the SRE workbook's unless it is given.",
    )
    @click.option(
        "--resource-alarms", type=click.Path(path_type=Path), help="Laid over the defaults of alarms/resources.yaml."
    )
    @click.option(
        "--runbook-url", default="docs/runbooks", show_default=True, help="Where the runbooks are, for the links."
    )
    @wraps(command)
    def with_plan(
        stage: str,
        objectives_file: Path | None,
        policy: Path | None,
        resource_alarms: Path | None,
        runbook_url: str,
        **rest: Any,
    ) -> None:
        from alarms.stage_plan import Files, plan_stage

        files = Files(objectives=objectives_file, policy=policy, resources=resource_alarms)
        plan, objectives = plan_stage(stage, files=files, runbook_url=runbook_url)
        command(plan=plan, objectives=objectives, **rest)

    return with_plan


@click.group("alarms")
def alarms() -> None:
    """The alarms that follow from the objectives: list, build, test, prove."""


@alarms.command("list")
@_plan_options
@click.option("--json", "as_json", is_flag=True, help="Print every alarm as CloudWatch's API takes it.")
def list_alarms(plan: "Plan", objectives: "Objectives", as_json: bool) -> None:
    """Print every alarm with its severity, what it says, and what all of them cost."""
    from alarms.price import monthly_cost_usd
    from foundation.cloudwatch.alarm_writing import to_request

    del objectives
    if as_json:
        click.echo(json.dumps([to_request(planned.alarm) for planned in plan], indent=2))
        return
    width = max(len(planned.name) for planned in plan)
    for planned in plan.acting:
        impact = (planned.alarm.description or "").splitlines()[0]
        severity = planned.severity.value if planned.severity else ""
        click.echo(f"{severity:6}  {planned.name:{width}}  {impact}")
    silent_count = len(plan.alarms) - len(plan.acting)
    click.echo(
        f"\n{len(plan.acting)} alarms tell somebody; {silent_count} more feed them. "
        f"List price: ${monthly_cost_usd(plan):.2f} a month."
    )
    for note in plan.notes:
        click.echo(f"Note: {note}")


@alarms.command("build")
@_plan_options
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("build/alarms"), show_default=True, help="Where to."
)
@click.option(
    "--format", "form", type=click.Choice(["cloudformation", "terraform"]), default="cloudformation", show_default=True
)
def build(plan: "Plan", objectives: "Objectives", out: Path, form: str) -> None:
    """Write the alarms as templates: CloudFormation, one for each Region, or Terraform's JSON."""
    from alarms.cloudformation import billing_template, workload_template
    from alarms.terraform import terraform
    from foundation.errors import InputError

    del objectives
    prefix = plan.context.prefix
    files: dict[str, dict[str, Any]]
    if form == "terraform":
        files = {f"{prefix}-alarms.tf.json": terraform(plan)}
    else:
        files = {
            f"{prefix}-alarms.template.json": workload_template(plan),
            f"{prefix}-billing-alarms.us-east-1.template.json": billing_template(plan),
        }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_text(json.dumps(content, indent=1) + "\n")
            click.echo(out / name)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written: {error}") from error


@alarms.command("test")
@_plan_options
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--junit", type=click.Path(path_type=Path), help="Also write the results as JUnit XML.")
def test(plan: "Plan", objectives: "Objectives", files: tuple[Path, ...], junit: Path | None) -> None:
    """Run rule tests (YAML), the project's own unless FILES are given. Exit code 1 when one fails."""
    outcomes = _run(files, plan, objectives)
    failed = 0
    for outcome in outcomes:
        for failure in outcome.failures:
            failed += 1
            click.echo(f"{outcome.test.file}:{failure.line}: {outcome.test.name}")
            for line in failure.lines:
                click.echo(f"  {line}")
    if junit is not None:
        from alarms.junit import write_junit

        write_junit(outcomes, junit)
    failing = sum(bool(outcome.failures) for outcome in outcomes)
    click.echo(f"{len(outcomes)} rule tests, {failing} failed ({failed} expectations).")
    sys.exit(_EXIT_FAILED if failed else 0)


@alarms.command("coverage")
@_plan_options
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the proofs as JSON.")
def cover(plan: "Plan", objectives: "Objectives", files: tuple[Path, ...], as_json: bool) -> None:
    """Say how each alarm was proved, and when. Exit code 1 when one was not."""
    from alarms.coverage import DEFAULT_PROOFS, coverage, read_backtested

    outcomes = _run(files, plan, objectives)
    proofs = coverage(plan, outcomes, read_backtested(DEFAULT_PROOFS))
    unproved = [proof for proof in proofs if not proof.holds]
    if as_json:
        rows = [
            {
                "alarm": proof.alarm,
                "proved": proof.holds,
                "fires_in": proof.fires_in,
                "quiet_in": proof.quiet_in,
                "backtested_on": proof.backtested_on.isoformat() if proof.backtested_on else None,
            }
            for proof in proofs
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        width = max(len(proof.alarm) for proof in proofs)
        click.echo(f"{'alarm':{width}}  unit  backtest    game day")
        for proof in proofs:
            unit = "yes" if proof.holds else "NO"
            on = proof.backtested_on.isoformat() if proof.backtested_on else "never"
            click.echo(
                f"{proof.alarm:{width}}  {unit:4}  {on:10}  never"
                + (f"  no proof {proof.missing}" if proof.missing else "")
            )
        proved_count = len(proofs) - len(unproved)
        click.echo(
            f"{proved_count / len(proofs):.0%} proved: {proved_count} of {len(proofs)} alarms fire in one rule test and "
            "stay quiet in one."
        )
    sys.exit(_EXIT_FAILED if unproved else 0)


@alarms.command("record")
@_plan_options
@click.option(
    "--region", required=True, help="The Region whose CloudWatch is read; credentials come from the environment."
)
@click.option(
    "--last", default="6d", show_default=True, callback=span_of, help="How long back from the last full hour."
)
@click.option("--fact", "facts", multiple=True, callback=facts_of, help="NAME=VALUE for what only a deployment knows.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/alarms/metrics.parquet"), show_default=True)
def record(
    plan: "Plan", objectives: "Objectives", region: str, last: timedelta, facts: dict[str, str], out: Path
) -> None:
    """Read from CloudWatch all that the alarms look at, into a Parquet file that backtest takes."""
    del objectives
    run_record(plan, region=region, last=last, facts=facts, out=out)


@alarms.command("backtest")
@_plan_options
@click.option(
    "--metrics",
    type=click.Path(path_type=Path),
    default=Path("build/alarms/metrics.parquet"),
    show_default=True,
    help="Recorded metrics (Parquet), from `sre alarms record` or your own.",
)
@click.option("--start", type=_TIME, help="ISO 8601 with a zone; the recording's first datapoint unless it is given.")
@click.option("--end", type=_TIME, help="The recording's last datapoint unless it is given.")
@click.option("--fact", "facts", multiple=True, callback=facts_of, help="NAME=VALUE for what only a deployment knows.")
@click.option(
    "--incidents",
    type=click.Path(path_type=Path),
    help="CSV with name, start, end and objective: adds detection, precision, recall.",
)
@click.option("--what-if-target", help="OBJECTIVE=PERCENT: replay once more with this target, side by side.")
@click.option(
    "--what-if-policy", type=click.Path(path_type=Path), help="Replay once more with this policy, side by side."
)
@click.option("--picture", type=click.Path(path_type=Path), help="Also draw a timeline: .svg, .png or .html.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def backtest(
    plan: "Plan", objectives: "Objectives", what_if_target: str | None, what_if_policy: Path | None, **rest: Any
) -> None:
    """Replay recorded metrics: when each alarm would have fired, how soon, and what budget was gone by then."""
    from alarms.stage_plan import Files, plan_stage

    def what_if() -> "tuple[Plan, Objectives]":
        changed = changed_target(what_if_target, objectives) if what_if_target else objectives
        return plan_stage(plan.context.stage, files=Files(policy=what_if_policy), objectives=changed)

    run_backtest(plan, objectives, what_if=what_if if what_if_target or what_if_policy else None, **rest)


def _run(files: tuple[Path, ...], plan: "Plan", objectives: "Objectives") -> "list[Outcome]":
    from alarms.rule_test_file import read_rule_tests
    from alarms.rule_tests import run_rule_test

    own = (_near(file) for file in sorted(_TESTS.glob("*.yaml")))
    tests = [test for file in files or own for test in read_rule_tests(file)]
    return [run_rule_test(test, plan, objectives) for test in tests]


def _near(file: Path) -> Path:
    """The file as seen from here, where that is shorter to read."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
