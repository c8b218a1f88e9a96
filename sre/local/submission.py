"""What submits a pipeline to the platform, and what its status is while it goes on."""

import json

RUNNING = ("accepted", "running")


def submission(archive_key: str) -> str:
    """The body that submits a pipeline."""
    return json.dumps({"repository": "t-developer/sample", "commit": "0" * 40, "archive_key": archive_key})
