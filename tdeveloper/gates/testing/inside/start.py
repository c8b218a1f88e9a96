"""Starts coverage: `python -S -P start.py EVENTS ARGUMENT...`, EVENTS being the descriptor for what happens, or `-`.

Without `site` nothing is importable that this machine's Python happens to have, nor is a `sitecustomize` run; what programs take
for builtins, such as `exit`, is given back.
"""

import os
import site
import sys

site.setquit()
site.setcopyright()
site.sethelper()
events, *arguments = sys.argv[1:]
if events != "-":
    # The tests' own children have no part in it.
    os.set_inheritable(int(events), False)
    os.environ["T_DEVELOPER_EVENTS"] = events
    # The plugin that reports is found first.
    sys.path.insert(0, "/box/input")

from coverage.cmdline import main  # noqa: E402

sys.exit(main(arguments))
