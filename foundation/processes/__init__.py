"""Processes of this machine: who one is, children that end with whoever started them, and directories that one run owns."""
