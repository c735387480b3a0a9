"""What the tests of readers share: files with a content."""

import pytest


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file, or the files of a folder, and returns the path."""

    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write
