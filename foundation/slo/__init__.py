"""Objectives, indicators, error budgets and verdicts: what is promised, and whether the evidence supports it."""
