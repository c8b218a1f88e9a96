"""Prints what this machine does for some seconds: `python -m foundation.machine SECONDS [SESSION...]`.

What does not run in one of these sessions, given by the numbers of their leaders, is other work.
"""

import sys
import time
from datetime import UTC, datetime

from foundation.machine.disturbance import disturbance_of
from foundation.machine.recording import LocalTarget, Recording
from foundation.machine.summary import summarize_machine


def main() -> None:
    """Record, and print the figures and what they come to."""
    match sys.argv[1:]:
        case [seconds, *sessions] if seconds.isdecimal() and all(each.isdecimal() for each in sessions):
            recording = Recording(LocalTarget(sessions=tuple(int(each) for each in sessions)))
            start_at = datetime.now(UTC)
            time.sleep(int(seconds))
            machine = recording.end().machine(start_at)
        case _:
            print("usage: python -m foundation.machine SECONDS [SESSION...]", file=sys.stderr)
            sys.exit(2)
    for sample in machine.samples:
        print(
            f"{sample.from_seconds:6.1f} s  others {sample.others_cores:.2f}  ours {sample.ours_cores:.2f}  steal "
            f"{sample.steal_cores:.2f} cores; late {sample.late_ms:.1f} ms, stalled {sample.stalled_ms or 0.0:.1f} ms"
        )
    print("\n".join(summarize_machine(machine).parts))
    disturbance = disturbance_of(machine)
    print("undisturbed" if disturbance is None else disturbance.sentence)


if __name__ == "__main__":
    main()
