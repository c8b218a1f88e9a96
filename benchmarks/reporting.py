"""A year of 20 services in minutes: our counts for a report beside a straightforward pandas version of the same.

Each runs in a process of its own, so that its peak memory is its own.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

_WEEKS, _SERVICES = 52, 20
_WRITE = """
import json, sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
file, weeks, services = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
draw = np.random.default_rng(1)
count = weeks * 7 * 1440
times = (1735689600 // 604800 * 604800 + 345600) + 60 * np.arange(count, dtype=np.int64)
schema = pa.schema([("namespace", pa.string()), ("metric_name", pa.string()), ("dimensions", pa.string()),
    ("statistic", pa.string()), ("period_seconds", pa.int64()), ("timestamp", pa.timestamp("s", tz="UTC")),
    ("value", pa.float64())])
with pq.ParquetWriter(file, schema) as writer:
    for service in range(services):
        name = f"service-{service:02}"
        dimensions = json.dumps({"ApiName": name, "Stage": "production"})
        total = draw.integers(50, 200, count).astype(float)
        rank = 100 * (1 - draw.binomial(total.astype(int), 0.004) / total)
        for statistic, values in (("SampleCount", total), ("PR(:999.999)", rank)):
            for begin in range(0, count, 7 * 1440 * 4):
                part = slice(begin, begin + 7 * 1440 * 4)
                n = len(times[part])
                writer.write_table(pa.table({"namespace": ["AWS/ApiGateway"] * n, "metric_name": ["Latency"] * n,
                    "dimensions": [dimensions] * n, "statistic": [statistic] * n, "period_seconds": np.full(n, 60),
                    "timestamp": pa.array(times[part], pa.timestamp("s", tz="UTC")), "value": values[part]}, schema=schema))
"""
_OURS = """
from pathlib import Path
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.parquet import ParquetSource
from reports.slo_actuals import read_history
from foundation.slo.model import BudgetedObjective, ThresholdOperator, MetricSamples, ThresholdIndicator
source = ParquetSource(file=Path(file))
start_at = datetime.fromtimestamp(1735689600 // 604800 * 604800 + 345600, UTC)
for service in range(services):
    dimensions = (("ApiName", f"service-{service:02}"), ("Stage", "production"))
    metric = Metric(namespace="AWS/ApiGateway", name="Latency", dimensions=dimensions)
    indicator = ThresholdIndicator(
        samples=MetricSamples(metric=metric), comparison=ThresholdOperator.LESS_THAN, threshold=Decimal(1000)
    )
    objective = BudgetedObjective(
        name="api-latency", title="x", description="x", indicator=indicator, target_ratio=Decimal("0.99"),
        window=timedelta(days=28),
    )
    end_at = start_at + timedelta(weeks=weeks)
    history = read_history(
        objective, source, start_at=start_at, end_at=end_at, now=end_at, operations=lambda _p: ()
    )
    totals.append((int(history.total.sum()), int(history.bad.sum())))
"""
_PLAIN = """
import pandas as pd
frame = pd.read_parquet(file)
wide = frame.pivot_table(index=["dimensions", "timestamp"], columns="statistic", values="value")
wide["bad"] = (wide["SampleCount"] * (100 - wide["PR(:999.999)"]) / 100).round()
hourly = wide.reset_index().groupby(["dimensions", pd.Grouper(key="timestamp", freq="1h")])[["SampleCount", "bad"]].sum()
for _, rows in hourly.groupby(level=0):
    totals.append((int(rows["SampleCount"].sum()), int(rows["bad"].sum())))
"""
_AROUND = r"""
import json, re, sys, time
file, weeks, services = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
totals = []
began = time.monotonic()
{body}
# Not ru_maxrss, which a child begins with as its parent had it: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
with open("/proc/self/status") as status:
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024
print(json.dumps(dict(seconds=time.monotonic() - began, peak=peak, totals=totals)))
"""


def run() -> None:
    """Print seconds and peak memory of both, and the ratios; they must agree on every count."""
    with tempfile.TemporaryDirectory() as directory:
        file = str(Path(directory) / "year.parquet")
        _python(_WRITE, file)
        megabytes = Path(file).stat().st_size / 1e6
        ours, plain = (json.loads(_python(_AROUND.format(body=body), file)) for body in (_OURS, _PLAIN))
        assert ours["totals"] == plain["totals"]
    events = sum(total for total, _ in ours["totals"])
    print(
        f"reporting: {_WEEKS} weeks x {_SERVICES} services of 1-minute data ({megabytes:.0f} MB, {events:,} events): "
        f"reports.slo_actuals {ours['seconds']:.1f} s, {ours['peak']:,.0f} MiB at most; pandas {plain['seconds']:.1f} s, "
        f"{plain['peak']:,.0f} MiB; ratios {ours['seconds'] / plain['seconds']:.2f} in time, "
        f"{ours['peak'] / plain['peak']:.3f} in memory"
    )


def _python(program: str, file: str) -> str:
    command = [sys.executable, "-c", program, file, str(_WEEKS), str(_SERVICES)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
