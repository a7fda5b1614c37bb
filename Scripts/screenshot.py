#!/usr/bin/env python3
"""Makes the README's pictures: the watch page and the dashboard in Chromium while FFmpeg publishes test pictures.

    .build/tools/bin/python Scripts/screenshot.py [watch-page] [dashboard]
"""

import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness.browser import chromium  # noqa: E402
from harness.processes import Processes  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.waiting import eventually  # noqa: E402

IMAGES = ROOT / "Documentation/images"
STREAM = "live/show"
SIZE_LIMIT = 150 * 1024

# Large flat areas and a moving clock: a picture of them is small.
PICTURE = "smptehdbars=size=1280x720:rate=30"
OTHER_PICTURES = {"live/harbour": "mandelbrot=size=640x360:rate=25", "live/stage": "testsrc2=size=640x360:rate=25"}
# What the dashboard's charts are to show.
HISTORY_SECONDS = 40
SOUND = "sine=frequency=440:sample_rate=48000"


def main(names: list[str]) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names:
        target = IMAGES / f"{name}.png"
        with tempfile.TemporaryDirectory() as folder:
            processes = Processes(pathlib.Path(folder))
            try:
                PAGES[name](Server(processes), processes, target)
            finally:
                processes.end_all()
        reduce(target)
        print(f"{target}: {target.stat().st_size // 1024} KiB")


def publish(processes: Processes, address: str, picture: str) -> None:
    command = ["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", SOUND]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "30", "-c:a", "aac"]
    processes.start([*command, "-f", "flv", address], "publish")


def watch_page(server: Server, processes: Processes, target: pathlib.Path) -> None:
    publish(processes, server.rtmp(STREAM), PICTURE)
    with chromium() as browser:
        browser.open(server.http(STREAM))
        browser.wait_until_playing()
        browser.driver.save_screenshot(str(target))


def dashboard(server: Server, processes: Processes, target: pathlib.Path) -> None:
    for stream, picture in {STREAM: PICTURE, **OTHER_PICTURES}.items():
        publish(processes, server.rtmp(stream), picture)
    time.sleep(HISTORY_SECONDS)
    with chromium() as browser:
        browser.open(server.http(""))
        pictures = "return document.querySelectorAll('.card .has-picture').length"
        eventually("every card has its picture", lambda: browser.driver.execute_script(pictures) == 3, within=30)
        time.sleep(1)
        browser.driver.save_screenshot(str(target))


PAGES = {"watch-page": watch_page, "dashboard": dashboard}


def reduce(picture: pathlib.Path) -> None:
    """Keeps the picture small enough for the repository: 256 colours are plenty for a page."""
    palette = "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=dither=none"
    reduced = picture.with_suffix(".reduced.png")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", palette, "-compression_level", "100", reduced], check=True)
    reduced.replace(picture)
    assert picture.stat().st_size <= SIZE_LIMIT, f"{picture.stat().st_size} bytes are too many for the repository"


if __name__ == "__main__":
    main(sys.argv[1:] or list(PAGES))
