"""Alarms that follow from the objectives: burn rates, events, the pace of money, resources; their tests and backtests."""
