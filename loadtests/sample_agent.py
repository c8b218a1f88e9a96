"""A small agent on the AgentCore SDK's own server, to load until the platform has agents: `python -m loadtests.sample_agent`.

It says words at a model's pace without a model: the protocol is real, the tokens are not.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from typing import Any

from bedrock_agentcore import BedrockAgentCoreApp

_WORDS = ("Reading", "the", "pull", "request.", "It", "changes", "one", "function", "and", "its", "test.")


def main() -> None:
    """Serve until ended, on 127.0.0.1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--first-token-ms", type=float, default=200)
    parser.add_argument("--token-ms", type=float, default=20)
    options = parser.parse_args()
    app = BedrockAgentCoreApp()

    async def turn(_payload: dict[str, Any]) -> AsyncIterator[dict[str, str]]:
        await asyncio.sleep(options.first_token_ms / 1000)
        for word in _WORDS:
            yield {"token": word}
            await asyncio.sleep(options.token_ms / 1000)

    app.entrypoint(turn)
    app.run(port=options.port, host="127.0.0.1")


if __name__ == "__main__":
    main()
