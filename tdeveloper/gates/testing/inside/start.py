"""Starts coverage: `python -S -P start.py EVENTS ARGUMENT...`, EVENTS being the descriptor for what happens, or `-`.

Without `site` nothing is importable that this machine's Python happens to have, nor is a `sitecustomize` run; what programs take
for builtins, such as `exit`, is given back. Python's own modules come first, then the layers, then the tree: nothing that it has
is taken for what we start.
"""

import json
import os
import runpy
import site
import sys
from pathlib import Path

spec = json.loads(Path("/box/input/run.json").read_text())
site.setquit()
site.setcopyright()
site.sethelper()
events, *arguments = sys.argv[1:]
sys.path[:] = [*sys.path, *spec["layers"], *spec["roots"]]
# For what the tests start.
os.environ["PYTHONPATH"] = os.pathsep.join([*spec["layers"], *spec["roots"]])
if events != "-":
    # The tests' own children have no part in it.
    os.set_inheritable(int(events), False)
    os.environ["T_DEVELOPER_EVENTS"] = events
    # The plugin that reports is found first.
    sys.path.insert(0, "/box/input")

sys.argv = ["coverage", *arguments]
runpy.run_module("coverage", run_name="__main__", alter_sys=True)
