#!/usr/bin/env python3
"""What it costs to hand one stream to many RTMP viewers on this machine: CPU seconds per delivered GB, and losses.

    .build/tools/bin/python Scripts/bench-fanout.py [--binary FILE] [--viewers 100] [--seconds 20]

One FFmpeg publishes 2.5 Mb/s; every viewer reads all that comes in one process beside the server. The machine's own
share of a send differs from hour to hour, so compare figures of one run only.
"""

import argparse
import os
import pathlib
import selectors
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness import rtmp, server as servers  # noqa: E402
from harness.processes import Processes  # noqa: E402

STREAM = "bench"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

SOURCE = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "anoisesrc=amplitude=0.1:sample_rate=48000"]
CODING = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "60", "-bf", "0", "-nal-hrd", "cbr"]
CODING += ["-b:v", "2400k", "-minrate", "2400k", "-maxrate", "2400k", "-bufsize", "1200k", "-c:a", "aac", "-b:a", "96k"]


def cpu_seconds(process_id: int) -> float:
    """User and system time of a process."""
    fields = pathlib.Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


class Crowd:
    """Viewers that read everything and keep count."""

    def __init__(self, server: servers.Server, size: int):
        self.received = [0] * size
        self._selector = selectors.DefaultSelector()
        self._room = bytearray(1 << 20)
        for index in range(size):
            peer = rtmp.Peer(server)
            assert peer.connect().play(STREAM)["code"] == "NetStream.Play.Start"
            peer.socket.setblocking(False)
            self._selector.register(peer.socket, selectors.EVENT_READ, (index, peer))

    def read_for(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (rest := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(rest):
                index, _ = key.data
                count = key.fileobj.recv_into(self._room)
                if count == 0:
                    sys.exit(f"viewer {index} was closed")
                self.received[index] += count


def losses(server: servers.Server) -> dict[str, float]:
    return {name: value for name, value in server.metrics().items() if "lost" in name and value}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments.add_argument("--viewers", type=int, default=100)
    arguments.add_argument("--seconds", type=float, default=20)
    options = arguments.parse_args()
    servers.BINARY = options.binary.resolve()

    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(pathlib.Path(folder))
        try:
            file = pathlib.Path(folder) / "source.flv"
            processes.start(["ffmpeg", "-v", "error", *SOURCE, *CODING, "-t", "30", file], "make").succeed(within=120)
            server = servers.Server(processes)
            publish = ["ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", file, "-c", "copy", "-f", "flv"]
            processes.start([*publish, server.rtmp(f"live/{STREAM}")], "publish")
            server.wait_until_live(f"live/{STREAM}")
            crowd = Crowd(server, options.viewers)
            crowd.read_for(3)  # the joining burst is not what is measured

            bytes_before, cpu_before = sum(crowd.received), cpu_seconds(server.process.id)
            crowd.read_for(options.seconds)
            delivered, cpu = sum(crowd.received) - bytes_before, cpu_seconds(server.process.id) - cpu_before
            print(f"viewers                   {options.viewers}")
            print(f"delivered                 {delivered / 1e6:.0f} MB in {options.seconds:g} s")
            print(f"per viewer                {delivered * 8 / options.viewers / options.seconds / 1e6:.2f} Mb/s")
            print(f"server CPU                {cpu:.2f} s, {cpu / options.seconds * 100:.0f} % of one core")
            print(f"server CPU per GB         {cpu / (delivered / 1e9):.2f} s")
            print(f"resident memory           {server.resident_bytes >> 20} MiB")
            print(f"losses                    {losses(server) or 'none'}")
            server.stop()
        finally:
            processes.end_all()


if __name__ == "__main__":
    main()
