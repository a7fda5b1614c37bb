"""How steadily a stream flows, as a viewer in the same process sees it who gets each frame at once."""

import bisect
import http.client
import threading
import time
import urllib.parse


class Pulse:
    """Takes a stream by HTTP-FLV, and tells for how long nothing came.

    What holds up its frames is the publisher, the machine, or this process: whatever comes later than that is late for
    another reason. It is used as a context.
    """

    def __init__(self, url: str):
        self._url = urllib.parse.urlsplit(url)
        self._times = [time.monotonic()]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()

    def longest_gap(self, start: float, end: float) -> float:
        """The longest time without a frame that reaches into a span of the monotonic clock, in seconds."""
        times = self._times[:]
        first = max(0, bisect.bisect_right(times, start) - 1)
        moments = [*times[first : bisect.bisect_left(times, end) + 1], *([end] if times[-1] < end else [])]
        return max((two - one for one, two in zip(moments, moments[1:])), default=0.0)

    def _follow(self) -> None:
        while not self._is_over.is_set():
            connection = http.client.HTTPConnection(self._url.hostname, self._url.port, timeout=5)
            try:
                connection.request("GET", self._url.path)
                answer = connection.getresponse()
                while answer.status == 200 and not self._is_over.is_set() and answer.read1(1 << 16):
                    self._times.append(time.monotonic())
            except OSError:
                pass
            finally:
                connection.close()
            # A publisher who is away comes back.
            self._is_over.wait(0.05)
