"""The test gate: a tree's own tests, run with coverage in a sandbox, and what came of it.

What the tests say of themselves is the repository's own claim, and is called so; how the run ended and what it used is measured
from outside.
"""
