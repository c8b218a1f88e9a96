"""What the tests of several clients need."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a certificate of 127.0.0.1 (`cert.pem`) and its key (`key.pem`)."""
    directory = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory / "key.pem",
            "-out", directory / "cert.pem",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return directory
