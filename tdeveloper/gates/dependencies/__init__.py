"""Dependencies with known vulnerabilities: what lock files name, held against a snapshot of advisories."""
