"""Runs every benchmark and prints its lines."""

from benchmarks import archive, backtest, building, clients, reporting, row_groups, sandbox

if __name__ == "__main__":
    archive.run()
    backtest.run()
    building.run()
    clients.run()
    row_groups.run()
    reporting.run()
    sandbox.run()
