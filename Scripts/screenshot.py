#!/usr/bin/env python3
"""Makes the README's picture: the watch page in Chromium while FFmpeg publishes a test picture.

    .build/tools/bin/python Scripts/screenshot.py [FILE]
"""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness.browser import chromium  # noqa: E402
from harness.processes import Processes  # noqa: E402
from harness.server import Server  # noqa: E402

STREAM = "live/show"
SIZE_LIMIT = 150 * 1024

# Large flat areas and a moving clock: a picture of them is small.
PICTURE = "smptehdbars=size=1280x720:rate=30"
SOUND = "sine=frequency=440:sample_rate=48000"


def main(target: pathlib.Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(pathlib.Path(folder))
        try:
            server = Server(processes)
            command = ["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND]
            command += ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "30", "-c:a", "aac"]
            processes.start([*command, "-f", "flv", server.rtmp(STREAM)], "publish")
            with chromium() as browser:
                browser.open(server.http(STREAM))
                browser.wait_until_playing()
                browser.driver.save_screenshot(str(target))
        finally:
            processes.end_all()
    reduce(target)
    print(f"{target}: {target.stat().st_size // 1024} KiB")


def reduce(picture: pathlib.Path) -> None:
    """Keeps the picture small enough for the repository: 256 colours are plenty for a page."""
    palette = "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=dither=none"
    reduced = picture.with_suffix(".reduced.png")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", palette, "-compression_level", "100", reduced], check=True)
    reduced.replace(picture)
    assert picture.stat().st_size <= SIZE_LIMIT, f"{picture.stat().st_size} bytes are too many for the repository"


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Documentation/images/watch-page.png")
