"""A small source archive to submit, the same bytes each time."""

import io
import zipfile

_FILES = {
    "README.md": "# Sample\n",
    "sample/__init__.py": '"""A package with a few things for a security gate to find."""\n',
    "sample/shell.py": "import subprocess\n\n\ndef listing(path):\n    return subprocess.run(['ls', path], check=True)\n",
    "sample/digest.py": "import hashlib\n\n\ndef digest(data):\n    return hashlib.sha256(data).hexdigest()\n",
    "tests/test_digest.py": "from sample.digest import digest\n\n\ndef test_digest():\n    assert len(digest(b'')) == 64\n",
}


def sample_archive() -> bytes:
    """A zip of a small Python project."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as package:
        for name, text in _FILES.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return body.getvalue()
