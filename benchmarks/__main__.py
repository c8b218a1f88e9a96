"""Runs every benchmark and prints its lines."""

from benchmarks import archive, backtest, building, recording

if __name__ == "__main__":
    archive.run()
    backtest.run()
    building.run()
    recording.run()
