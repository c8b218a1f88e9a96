"""Runs every benchmark and prints its lines."""

from benchmarks import archive, backtest, building, clients, recording, reporting

if __name__ == "__main__":
    archive.run()
    backtest.run()
    building.run()
    clients.run()
    recording.run()
    reporting.run()
