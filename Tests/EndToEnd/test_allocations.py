"""What the server allocates: nothing for one more viewer of a frame, and no more than is known for a frame that comes."""

import subprocess
import sys

from harness.server import BINARY, ROOT


def test_a_viewer_costs_no_allocation_and_a_publisher_no_more_than_is_known(tmp_path):
    # Counts of the debug build are as steady as those of the release build; Tests/allocation-thresholds.json has both.
    # What it allocates for viewers are the acknowledgements that they send, and sends that a busy machine's socket took
    # only a part of: far from the one for each frame that this is to find.
    script = [sys.executable, ROOT / "Scripts/bench-compare.py", "--work", "allocations", "--check"]
    script += ["--configuration", BINARY.parent.name, "--repetitions", "1", "--seconds", "2"]
    done = subprocess.run([*script, "--results", tmp_path / "results.json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
