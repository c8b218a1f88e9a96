"""What submits a pipeline to the platform, and what its status is while it goes on."""

import json

# What the flows call the key of the archive that they submit.
ARCHIVE_KEY = "archive_key"
RUNNING = ("accepted", "running")


def submission(archive_key: str) -> str:
    """The body that submits a pipeline."""
    return json.dumps({"repository": "t-developer/sample", "commit": "0" * 40, "archive_key": archive_key})
