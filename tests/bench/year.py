"""The demo as a user runs it: seconds per verb, and the peak memory of its processes."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import family_memory_mb


def bench(_size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "nam"
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "flows", "demo", "--folder", str(target)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        peak: dict[str, float] = {}
        while process.poll() is None:
            for name, memory in family_memory_mb(process.pid).items():
                peak[name] = max(peak.get(name, 0.0), memory)
            time.sleep(0.25)
        whole = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"the demo failed with {process.returncode}")
        times = json.loads((target / "thoi-gian.json").read_text(encoding="utf-8"))
    print(f"whole demo {whole:.1f} s")
    for verb, (runs, spent) in times.items():
        print(f"  {verb:<18} {runs:>4} runs {spent:>7.1f} s   {1000 * spent / max(runs, 1):>7.0f} ms a run")
    for name, memory in peak.items():
        print(f"  peak memory {name:<18} {memory:>6.0f} MB")
