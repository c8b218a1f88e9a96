"""The summary of a load test, in every format."""

from collections import Counter

import click
from hdrh.histogram import HdrHistogram

from foundation.errors import Exit
from foundation.machine.summary import MachineSummary
from foundation.pages.numbers import count, counted, duration, milliseconds, quantity
from foundation.readings import NoData
from foundation.service.stage import Stage
from foundation.slo.evidence import EvidenceSource
from foundation.slo.outcome import word_of
from loadtests.evidence import doubts_about, exit_code_of, judge_run
from loadtests.result import LoadResult, decode_histogram, percentile_ms
from loadtests.stress import StageVerdict, breaking_rate, judge_stages
from sre.cli.options import OutputFormat
from sre.cli.outputs.loadtest import LoadTest, load_test_output
from sre.cli.verdicts.model import VerdictRow, Verdicts
from sre.cli.verdicts.show import show

_CLOSING = (
    "met a connection that the server was closing, before any byte of an answer: the verdicts hold whether they were faults "
    "or not"
)


def show_summary(
    result: LoadResult,
    stage: Stage,
    output_format: OutputFormat,
    *,
    was_interrupted: bool = False,
    is_whole: bool = True,
) -> Exit:
    """Print it, judged by the objectives of a stage; the exit code of its verdicts, or that the command was interrupted.

    A run that is not whole is no pass and no miss.
    """
    judged = judge_run(stage.objectives, result)
    stages = judge_stages(judged, result) if len(result.stages) > 1 else ()
    code = exit_code_of(judged)
    if not is_whole:
        is_judged = any(not isinstance(each.verdict, NoData) for each in judged)
        code = Exit.NOT_ENOUGH_EVIDENCE if is_judged else Exit.BAD_INPUT
    if was_interrupted:
        code = Exit.INTERRUPTED
    output = load_test_output(result, judged, stages, stage, code=code)
    verdicts = _verdicts(output, result.machine_summary)
    show(verdicts, output, output_format, as_text=lambda: _print_text(result, stage, stages, verdicts))
    return code


def _verdicts(output: LoadTest, machine: MachineSummary | None) -> Verdicts:
    rows = tuple(
        VerdictRow(
            name=each.objective, outcome=each.outcome, reason=each.reason,
            cells=(
                "–" if each.bad_count is None else count(each.bad_count),
                "–" if each.sample_count is None else counted(each.sample_count, EvidenceSource.LOAD_TEST.event),
            ),
            group=output.profile,
        )
        for each in output.objectives
    )  # fmt: skip
    counts = Counter(row.outcome for row in rows)
    said = ", ".join(f"{number} {outcome.words}" for outcome, number in counts.items())
    return Verdicts(
        title=f"Load test, {output.profile} on {output.stage}", of="objective", rows=rows, columns=("bad", "of"),
        number_columns=frozenset({"bad", "of"}),
        headline=f"{said or 'No journey of this run is an event of an objective'}. {output.target}, "
        f"{duration(output.measured_seconds)} measured from {output.started_at.isoformat()}.",
        notes=(
            *(f"What if: {each}." for each in output.what_ifs), *(f"In doubt: {each}." for each in output.doubts),
            *(() if machine is None else (f"This machine: {machine.sentence}.",)),
        ),
    )  # fmt: skip


def _print_text(result: LoadResult, stage: Stage, stages: tuple[StageVerdict, ...], verdicts: Verdicts) -> None:
    generator = result.generator
    click.echo(
        f"{result.profile} on {result.stage} ({result.target}), {duration(result.measured.actual_seconds)} measured from "
        f"{result.started_at}; {counted(generator.started_count, 'arrival')} begun (warm-up included), "
        f"{count(generator.ended_count)} recorded"
    )
    for each in stage.what_ifs:
        click.echo(f"What if: {each}.")
    for each in result.what_ifs:
        if each not in stage.what_ifs:
            click.echo(f"The run itself was of a what-if: {each}.")
    for row in verdicts.rows:
        click.echo(f"{row.outcome.words:13} {row.name}: {row.reason}")
    if not verdicts.rows:
        click.echo("no data       no journey of this run is an event of an objective")
    for request in result.measured.requests:
        good, service = request.good, decode_histogram(request.service_histogram)
        shown = "  ".join(f"p{percent:g} {_latency(good, percent)}" for percent in (50, 95, 99))
        click.echo(
            f"  {request.name:24} {count(request.sent_count):>8} sent {counted(request.fault_count, 'fault'):>13}  {shown} "
            f"(service p99 {_latency(service, 99)})"
        )
    _print_stages(stages)
    for what, number in sorted(result.faults_seen.items()):
        click.echo(f"  {count(number)} × {what}")
    if closing_count := result.measured.closing_count:
        click.echo(f"  {counted(closing_count, 'request')} {_CLOSING}")
    for failure, number in generator.failed_addresses.items():
        click.echo(f"  {count(number)} × no connection to {failure}; another address of the name took it")
    for doubt in doubts_about(result):
        click.echo(f"  in doubt: {doubt}")
    if (machine := result.machine_summary) is not None:
        click.echo(f"  this machine: {machine.sentence}")
    if result.stopped_early:
        click.echo(f"  ended early: {result.stopped_early}")


def _latency(histogram: HdrHistogram, percent: float) -> str:
    found = percentile_ms(histogram, percent)
    return "–" if found is None else milliseconds(found)


def _print_stages(stages: tuple[StageVerdict, ...]) -> None:
    if not stages:
        return
    for stage in stages:
        counts = stage.counts
        click.echo(
            f"  at {quantity(stage.rate_rps)}/s {stage.objective_name}: {word_of(stage.verdict)}, {count(counts.bad_count)} bad "
            f"of {count(counts.total_count)}"
        )
    broken = breaking_rate(stages)
    if broken is None:
        click.echo("  no objective missed at any rate")
    else:
        click.echo(f"  first miss: {broken.objective_name}, at {quantity(broken.rate_rps)} arrivals a second")
