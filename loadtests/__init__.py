"""Load tests on Locust: open-model arrivals, lossless recording, and a result that every verdict is computed from."""
