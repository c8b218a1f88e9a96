"""Runs every benchmark and prints its lines."""

from benchmarks import archive, recording

if __name__ == "__main__":
    archive.run()
    recording.run()
