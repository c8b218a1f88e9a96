"""By whose objectives a process of a load test judges: a master's stage comes by a file, a worker's from its master.

A person who starts Locust names the objectives and the stage, and gets one of objectives alone.
"""

from pathlib import Path
from typing import Any

from foundation.errors import InputError
from foundation.service.stage import Stage
from foundation.service.stage_file import read_stage, stage_of_text
from foundation.slo.reader import read_objectives


def stage_of_options(options: Any) -> Stage:
    """The stage by whose objectives this process judges: a worker's is the master's.

    Raises InputError for a stage or objectives that are wrong, or none.
    """
    if options.master_stage:
        return stage_of_text(options.master_stage, Path("the master's stage"))
    if options.stage_file:
        return read_stage(Path(options.stage_file))
    if not options.objectives:
        raise InputError("--objectives FILE is needed: no file of objectives is known where Locust was started")
    objectives = read_objectives(Path(options.objectives), stage=options.stage)
    return Stage(objectives=objectives, own=None, alarm_rules=None)
