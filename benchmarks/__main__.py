"""Runs every benchmark and prints its lines."""

from benchmarks import archive, backtest, recording

if __name__ == "__main__":
    archive.run()
    backtest.run()
    recording.run()
