"""The handlers that are deployed: each wires what AWS gives it to the gates' functions, and decides nothing."""
