"""What the machine is, and how fast it multiplies matrices."""

import os
import platform
import time
from importlib import metadata
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

SIZE = 2048  # of the square matrices whose product gives the peak
EXTENSIONS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile")


def matmul_peak(threads, tries=5):
    """Return the highest GFLOP/s of NumPy's float32 matrix product in several tries."""
    left, right = np.random.default_rng(0).random((2, SIZE, SIZE), "float32")
    best = float("inf")
    with threadpool_limits(threads, "blas"):
        for _ in range(tries):
            start = time.perf_counter()
            left @ right
            best = min(best, time.perf_counter() - start)
    return 2 * SIZE**3 / best / 1e9


def machine_rows(peaks, versions):
    """Return the rows of a table that describes the machine: what, and its value.

    Args:
        peaks: dict from a number of threads to the peak of the matrix product.
        versions: dict from packages of the peers to their versions.
    """
    rows = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "vector extensions": " ".join(e for e in EXTENSIONS if e in _flags()) or "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "load average": f"{os.getloadavg()[2]:.1f} in the last 15 minutes",
        "BLAS of NumPy": blas(),
        **{f"SGEMM peak, threads: {n}": f"{peak:.0f} GFLOP/s" for n, peak in peaks.items()},
        **dict(sorted({**versions, "keras": metadata.version("keras")}.items())),
    }
    return [{"what": what, "value": value} for what, value in rows.items()]


def processor():
    """Return the name of the processor."""
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def blas():
    """Return the library that multiplies NumPy's matrices, with its kernel."""
    np.ones((2, 2)) @ np.ones((2, 2))
    found = [each for each in threadpool_info() if each["user_api"] == "blas"]
    return ", ".join(f"{b['internal_api']} {b['version']} {b.get('architecture')}" for b in found)


def _flags():
    return (_cpuinfo("flags") or "").split()


def _cpuinfo(name):
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    return next((line.split(": ", 1)[1] for line in lines if line.startswith(f"{name}\t")), None)
