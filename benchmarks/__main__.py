"""Run the benchmarks, one process each: ``python -m benchmarks [NAME …]``; every one ends with a line of JSON.

``geo`` needs a CSV of its own and is run by hand: ``python -m benchmarks.geo PATH.csv``.
"""

import subprocess
import sys

BENCHES = ("gate", "end_to_end")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, and return how many failed to run."""
    failed = 0
    for name in names or BENCHES:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
