"""What runs in the sandbox, beside the tree's tests: with the standard library, pytest and coverage alone, from /box/input.

Nothing here is imported by us: its files travel as bytes. The tests of a tree can change all that it does.
"""
