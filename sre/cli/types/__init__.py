"""The types of values on the command line, one module a kind; each says how its values are written, and refuses all others.

They import click, the standard library and what of the foundation needs no more, so that help and completions answer at once.
"""
