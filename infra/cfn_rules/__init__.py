"""Our own rules for cfn-lint (`--append-rules infra/cfn_rules`): what Synthetics or we refuse, and its schemas let pass."""
