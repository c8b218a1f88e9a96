"""What it costs to record a request without loss: our recorder beside Locust's own statistics."""

import subprocess
import sys

_PROGRAM = """
import time
from locust.stats import RequestStats
from loadtests.counts import Outcome, Recorder

samples = [0.005 + (number * 7919 % 1000) / 4000 for number in range(20_000)]

def ours():
    recorder = Recorder(warm_up_seconds=0, slow_after_ms=1000)
    for number, took in enumerate(samples):
        recorder.record("GET /v1/health", intended_at=number / 100, took_seconds=took, outcome=Outcome.GOOD)

def stock():
    stats = RequestStats()
    for took in samples:
        stats.log_request("GET", "GET /v1/health", took * 1000, 100)

taken = {ours: [], stock: []}
for _ in range(5):
    for run in (ours, stock):
        began = time.process_time()
        run()
        taken[run].append(time.process_time() - began)
mine, theirs = (sorted(taken[run])[2] / len(samples) * 1e6 for run in (ours, stock))
print(f"recording: loadtests.counts {mine:.1f} us a request, Locust's RequestStats {theirs:.1f} us, "
      f"ratio {mine / theirs:.2f} (CPU, medians of 5 x {len(samples):,})")
"""


def run() -> None:
    """Print microseconds of CPU a request for each, and the ratio; in a process of its own, since Locust patches sockets."""
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)
