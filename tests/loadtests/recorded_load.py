"""Runs whole load profiles of T-Developer in seconds, and writes what they sent: `python -m tests.loadtests.recorded_load FILE`.

The options, preparation, clocks, flows, signatures and the client are the real ones, and speak HTTP with an API on 127.0.0.1;
only their time is another (`recorded_clock.py`). Locust patches the sockets of a whole process, so this is one of its own.
"""

import json
import math
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent
from locust import events
from locust.argument_parser import get_parser
from locust.env import Environment

from loadtests.arrivals import Journey
from loadtests.live import Load
from loadtests.locustfile import Visitor  # it adds the options of a load to Locust's
from loadtests.preparation import prepare
from tests.loadtests.recorded_api import Api, Noted
from tests.loadtests.recorded_clock import Clock

SEED = 7
_FIRST_COUNT = 40
# After the last arrival: what is under way sleeps for a second at most, and then sees that the run is over.
_ENDING_SECONDS = 10.0
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
_LETTERS = {"health": "h", "status": "s", "pipeline": "p", "progress": "w"}
# Those modules whose time is the clock's; how long the client waits for an answer is a matter of real seconds.
_TIMED = ("arrivals", "conversing", "preparation", "python_flow", "scenario")


def recorded(profile: str, *, is_ailing: bool = False, more: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a profile sent, from its preparation to its last second."""
    clock = Clock()
    api = Api(clock=clock, is_ailing=is_ailing)
    _take_time_of(clock)
    server = api.serve()
    host = f"http://127.0.0.1:{server.server_port}"
    asked = ["--host", host, "--load-profile", profile, "--seed", str(SEED), "--websocket-url", f"ws{host[4:]}"]
    options = get_parser().parse_args([*asked, *more])
    prepared = clock.spawn(prepare, host, options)
    preparation = api.noted[prepared] = Noted(flow="preparation", due=0.0, number=0)
    clock.go_on(120)
    prepared.get(block=False)

    environment: Any = Environment(user_classes=[Visitor], events=events, host=host, parsed_options=options)
    load = Load(environment)
    user_count = math.ceil(load.profile.rate_rps)
    run = environment.run_of_load = load.run
    run.user_rps = load.profile.rate_rps / user_count
    run.began = clock.now
    arrivals: list[Noted] = []
    serve, of_flow = run.serve, Counter[str]()

    def noting(journey: Journey) -> None:
        arrival = Noted(flow=journey.flow, due=journey.intended_at, number=of_flow[journey.flow])
        of_flow[journey.flow] += 1
        arrivals.append(arrival)
        api.noted[gevent.getcurrent()] = arrival
        serve(journey)

    run.serve = noting
    _note_steps(api)
    clocks = [clock.spawn(Visitor(environment).tick) for _ in range(user_count)]
    total_seconds = run.schedule.total_seconds
    clock.go_on(run.began + total_seconds)
    run.is_closed = True
    clock.go_on(clock.now + _ENDING_SECONDS)
    bugs = load.so_far().generator.unhandled_errors
    if bugs or run.under_way_count:
        sys.exit(f"{profile}: {run.under_way_count} under way at its end; {bugs}")
    gevent.killall(clocks)
    server.stop()
    tree = load.recorder.tree
    told = _told(preparation, arrivals, math.ceil(total_seconds), api)
    # What a unit of work was called when every one was a pipeline.
    return {"clocks": user_count, **told, "work": tree.get("work", tree.get("pipelines", {}))}


def _take_time_of(clock: Clock) -> None:
    for name in _TIMED:
        module: Any = sys.modules.get(f"loadtests.{name}")
        for library in ("gevent", "time"):
            if hasattr(module, library):
                real = vars(sys.modules[library])
                ours = {"sleep": clock.sleep, "spawn": clock.spawn, "monotonic": clock.monotonic}
                setattr(module, library, SimpleNamespace(**real | ours))


_step = Journey.step


def _note_steps(api: Api) -> None:
    def step(self: Journey, name: str, **ended: Any) -> None:
        who = api.noted[gevent.getcurrent()]
        who.steps.append((name, ended["outcome"].value, ended["intended_at"] - self.intended_at))
        who.wires += [(name, wire) for wire in who.sent]
        who.sent.clear()
        _step(self, name, **ended)

    Journey.step = step


def _told(preparation: Noted, arrivals: list[Noted], seconds: int, api: Api) -> dict[str, Any]:
    due = [""] * seconds
    journeys: dict[str, Counter[str]] = defaultdict(Counter)
    wires: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for each in arrivals:
        due[int(each.due)] += _LETTERS[each.flow]
        journeys[each.flow][_in_words(each.steps)] += 1
        for name, wire in each.wires:
            wires[each.flow][name][_without_library(wire)] += 1
    return {
        "preparation": [_without_library(wire) for wire in preparation.sent],
        "arrivals": Counter(each.flow for each in arrivals),
        "first_arrivals": [f"{each.due:.3f} {each.flow}" for each in arrivals[:_FIRST_COUNT]],
        "arrivals_second_by_second": [" ".join(due[begin : begin + 10]) for begin in range(0, seconds, 10)],
        "requests": Counter(name for each in arrivals for name, _, _ in each.steps),
        "journeys": journeys,
        "pipelines_in_order": [_in_words(each.steps) for each in arrivals if each.flow == "pipeline"],
        "on_the_wire": wires,
        "pipelines_asked_for_by_status": len(api.asked_for),
    }


def _in_words(steps: list[tuple[str, str, float]]) -> str:
    """The steps of a journey in their order, each with its seconds after the arrival; like ones of each second are one."""
    said: list[tuple[str, list[float]]] = []
    for name, outcome, seconds in steps:
        words, at = f"{name} {outcome}", round(seconds, 3)
        if said and said[-1][0] == words and said[-1][1][-1] + 1 == at:
            said[-1][1].append(at)
        else:
            said.append((words, [at]))
    return "; ".join(f"{words} +{at[0]:g}" + (f"..+{at[-1]:g}" if len(at) > 1 else "") for words, at in said)


def _without_library(wire: str) -> str:
    """Without the headers that the libraries of the preparation and of WebSocket add by themselves."""
    added = ("User-Agent:", "Accept-Encoding:", "Accept:", "Connection:", "Upgrade:", "Origin:", "Sec-WebSocket-")
    return "\n".join(line for line in wire.splitlines() if not line.startswith(added))


def main() -> None:
    """Write what each profile sent to a file; options of a load may follow it, such as `--flows FILE`."""
    file, more = Path(sys.argv[1]), tuple(sys.argv[2:])
    os.environ.update(_CREDENTIALS)
    runs = {profile: recorded(profile, more=more) for profile in ("release", "smoke", "progress")}
    runs["smoke of an ailing API"] = recorded("smoke", is_ailing=True, more=("--measure-seconds", "90", *more))
    file.write_text(json.dumps(runs, indent=1))
    # What Locust keeps running has nothing more to do.
    os._exit(0)


if __name__ == "__main__":
    main()
