"""Where a program that nobody trusts runs: without network, host files, privileges or the right to use more than it was given.

`probing.probe` says which sandbox holds here, by running one; `model` says what is run in it and how that ended.
"""
