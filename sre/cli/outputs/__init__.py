"""What `--json` prints, a module a group: the models of which docs/schemas/ is written."""
