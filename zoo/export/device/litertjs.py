"""LiteRT.js, the runtime of web pages, as a folder that a static server can serve."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from zoo.export.tflite.convert import ExportError, last_lines

VERSION = "2.5.3"
CORE, UTILS = "@litertjs/core", "@litertjs/wasm-utils"
# With the SIMD instructions of 2024, and without; the browser decides which one is loaded.
WASM = ("litert_wasm_internal", "litert_wasm_compat_internal")


def write_runtime(folder: Path, packages: str | os.PathLike[str] | None = None) -> None:
    """Write LiteRT.js without threads: modules and WebAssembly, which load nothing else.

    Args:
        folder: where to write; it must not exist.
        packages: a folder `node_modules` with the package `@litertjs/core` and what it depends on;
            None to install version 2.5.3 with npm, in a temporary folder.

    Raises:
        ValueError: `packages` lacks a file.
        ExportError: npm is not installed, or failed.
    """
    with tempfile.TemporaryDirectory() as work:
        source = Path(packages) if packages else install_packages(Path(work))
        core = source / CORE
        wasm = [core / "wasm" / f"{name}{end}" for name in WASM for end in (".js", ".wasm")]
        modules = {"index.js": core, "wasm-utils.js": source / UTILS}
        needed = [*wasm, *(each / "dist" / "index.js" for each in modules.values())]
        if missing := [path for path in needed if not path.is_file()]:
            raise ValueError(f"`litert` must be a folder node_modules; there is no {missing[0]}.")
        folder.mkdir(parents=True)
        for path in (*wasm, core / "package.json"):
            shutil.copyfile(path, folder / path.name)
        for name, package in modules.items():
            code = (package / "dist" / "index.js").read_text(encoding="utf-8")
            # A browser finds a module by its path only.
            code = code.replace(f'"{UTILS}"', '"./wasm-utils.js"')
            (folder / name).write_text(code, encoding="utf-8")


def install_packages(folder: Path) -> Path:
    """Install LiteRT.js with npm, and return the folder `node_modules`.

    Args:
        folder: where to install.

    Raises:
        ExportError: npm is not installed, or failed.
    """
    if shutil.which("npm") is None:
        raise ExportError(
            "npm is not installed, which fetches LiteRT.js. Install it, or give `litert`, a folder "
            f"node_modules with {CORE} {VERSION}."
        )
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder))
    wanted = [f"{name}@{VERSION}" for name in (CORE, UTILS)]
    command = ["npm", "install", *options, *wanted]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise ExportError(f"npm could not install {CORE}: {last_lines(done.stderr)}")
    return folder / "node_modules"
