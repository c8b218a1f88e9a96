"""A tab of Locust's web interface that says how the objectives stand while the load goes on."""

from typing import Any, cast

import flask
from locust.env import Environment

from foundation.pages.numbers import count, counted, exact_percent, milliseconds, quantity
from foundation.slo.outcome import reasoning_of, word_of
from foundation.slo.verdict import bounds
from loadtests.evidence import Judged, doubts_about
from loadtests.result import LoadResult

_KEY = "objectives"
_COLUMNS = {
    "name": "Objective",
    "verdict": "Verdict so far",
    "bad": "Bad of all",
    "bounds": "Bad share, 95 % bounds",
    "allowed": "Allowed",
    "reasoning": "Why",
}


def add_slo_tab(environment: Environment) -> None:
    """Add the tab; it is filled with every refresh of the page's numbers."""
    web_ui = environment.web_ui
    if web_ui is None:
        return
    arguments = web_ui.template_args
    arguments["extended_tabs"] = [*arguments.get("extended_tabs", []), {"title": "Objectives", "key": _KEY}]
    structure = [{"key": key, "title": title} for key, title in _COLUMNS.items()]
    arguments["extended_tables"] = [*arguments.get("extended_tables", []), {"key": _KEY, "structure": structure}]

    def add_rows(response: flask.Response) -> flask.Response:
        if flask.request.path.endswith("/stats/requests") and response.is_json:
            content = cast("dict[str, Any]", response.get_json())
            # Locust keeps an answer for a while and sends it again, with what was added to it.
            others = [table for table in content.get("extended_stats", []) if table["key"] != _KEY]
            more = [*others, {"key": _KEY, "data": rows(environment)}]
            response.set_data(flask.json.dumps({**content, "extended_stats": more}))
        return response

    cast("flask.Flask", web_ui.app).after_request(add_rows)


def rows(environment: Environment) -> list[dict[str, str]]:
    """What the tab shows now: a row for each objective, and one for the load generator itself."""
    load = getattr(environment, "load", None)
    if load is None:
        return [dict.fromkeys(_COLUMNS, "") | {"name": "no load test has begun"}]
    result: LoadResult = load.so_far()
    judged: tuple[Judged, ...] = load.judge(result)
    doubts = doubts_about(result)
    generator = {
        "name": "load generator",
        "verdict": "in doubt" if doubts else "sound",
        "bad": f"{counted(result.generator.started_count, 'arrival')} begun",
        "bounds": f"scheduling delay p99 {milliseconds(result.generator.lag_p99_ms)}",
        "allowed": f"CPU {quantity(result.generator.cpu_mean_percent)} %",
        "reasoning": "; ".join(doubts),
    }
    return [*(_row(each) for each in judged), generator]


def _row(judged: Judged) -> dict[str, str]:
    counts = judged.counts
    found = bounds(counts, effect=judged.effect)
    return {
        "name": judged.objective.name,
        "verdict": word_of(judged.verdict),
        "bad": f"{count(counts.bad_count)} of {count(counts.total_count)}",
        "bounds": f"{found.lower_text} to {found.upper_text}" if counts.total_count else "–",
        "allowed": exact_percent(judged.objective.budget_ratio),
        "reasoning": reasoning_of(judged.verdict),
    }
