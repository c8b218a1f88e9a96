"""Do the tests notice when a deciding line is wrong? Mutants of those lines, drawn by the commit, against the default tests.

Own code, because no maintained library does it: mutmut 3 has neither a fixed list of operators nor a draw, and leaves out what
stands outside functions; cosmic-ray writes into the working tree, and knows nothing of which test covers which line; mutatest,
which drew a sample and knew it, has not moved since 2022.
"""
