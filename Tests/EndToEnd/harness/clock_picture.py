"""A publisher whose every picture carries the time of day at which it was made, and how a page reads it.

    clock_picture.py URL [--rate 30] [--interval SECONDS] [--ffmpeg PROGRAM]

A picture is 8 × 5 cells, dark for 0 and bright for 1: 32 bits of the time of day in milliseconds, and 8 bits that are the
exclusive-or of the four bytes before. FFmpeg encodes it with x264 for low latency, with a tone beside it.
"""

import argparse
import subprocess
import sys
import time

CELL = 40
COLUMNS, ROWS = 8, 5
WIDTH, HEIGHT = COLUMNS * CELL, ROWS * CELL

# Pushes {latency, at} to window.seen for every picture shown: milliseconds from its making to its showing, and the
# page's age then. A picture that cannot be read is counted in window.unread.
READER = f"""
(() => {{
  window.seen = []; window.unread = 0;
  const canvas = new OffscreenCanvas({COLUMNS}, {ROWS}), painter = canvas.getContext("2d", {{ willReadFrequently: true }});
  const watched = new WeakSet();
  function read(video, moment) {{
    painter.imageSmoothingEnabled = true;
    painter.drawImage(video, 0, 0, {COLUMNS}, {ROWS});
    const pixels = painter.getImageData(0, 0, {COLUMNS}, {ROWS}).data, bytes = [0, 0, 0, 0, 0];
    for (let bit = 0; bit < {COLUMNS * ROWS}; bit += 1) if (pixels[4 * bit] > 127) bytes[bit >> 3] |= 128 >> (bit & 7);
    if ((bytes[0] ^ bytes[1] ^ bytes[2] ^ bytes[3]) !== bytes[4]) return void (window.unread += 1);
    const made = new DataView(new Uint8Array(bytes).buffer).getUint32(0);
    const shown = performance.timeOrigin + moment;
    window.seen.push({{ latency: (Math.round(shown) - made) | 0, at: moment }});
  }}
  setInterval(() => {{
    const video = document.querySelector("video");
    if (!video || watched.has(video)) return;
    watched.add(video);
    const next = (_, frame) => {{ read(video, Math.max(frame.expectedDisplayTime, performance.now())); video.requestVideoFrameCallback(next); }};
    video.requestVideoFrameCallback(next);
  }}, 5);
}})();
"""


def picture(milliseconds: int) -> bytes:
    """One picture in YUV 4:2:0."""
    stamp = (milliseconds & 0xFFFF_FFFF).to_bytes(4, "big")
    check = stamp[0] ^ stamp[1] ^ stamp[2] ^ stamp[3]
    luma = bytearray()
    for byte in (*stamp, check):
        line = b"".join((b"\xeb" if byte & (128 >> bit) else b"\x10") * CELL for bit in range(COLUMNS))
        luma += line * CELL
    return bytes(luma) + b"\x80" * (WIDTH * HEIGHT // 2)


def publisher(url: str, *options) -> list:
    """The command that publishes such pictures until it is stopped."""
    return [sys.executable, __file__, url, *options]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rate", type=int, default=30, help="pictures a second")
    parser.add_argument("--interval", type=float, default=1.0, help="seconds between key frames")
    parser.add_argument("--ffmpeg", default="ffmpeg")
    arguments = parser.parse_args()
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", arguments.rate, "-i", "-"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"]
    encoding = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", int(arguments.rate * arguments.interval)]
    encoding += ["-sc_threshold", 0, "-c:a", "aac", "-b:a", "64k", "-flush_packets", 1, "-f", "flv", arguments.url]
    command = [arguments.ffmpeg, "-v", "error", "-probesize", 32, "-fflags", "nobuffer", *raw, *sound, *encoding]
    encoder = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, bufsize=0)
    began = time.monotonic()
    try:
        for count in range(sys.maxsize):
            time.sleep(max(0.0, began + count / arguments.rate - time.monotonic()))
            encoder.stdin.write(picture(time.time_ns() // 1_000_000))
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        encoder.stdin.close()
        encoder.wait()


if __name__ == "__main__":
    main()
