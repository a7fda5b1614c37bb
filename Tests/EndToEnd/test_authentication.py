"""Keys and tokens as encoders and players of today send them, and that no secret comes to light."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time

import pytest

from harness import publishers
from harness.hooks import Answer, BackEnd
from harness.http_client import request
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

SECRET = "a-secret-of-the-back-end"
KEY = "a-key-of-the-studio"
ENCODER_KEYS = f"""
auth:
  publish: key
  keys:
    - {{ key: {KEY}, stream: live/show }}
"""


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(path: str, expiry: int) -> str:
    """The query of a signed URL, as the documentation describes it."""
    code = hmac.new(SECRET.encode(), f"play\n{path}\n{expiry}\n\n".encode(), hashlib.sha256).digest()
    return f"exp={expiry}&sig={b64(code)}"


def jwt(**claims) -> str:
    head = b64(b'{"alg":"HS256","typ":"JWT"}') + "." + b64(json.dumps(claims).encode())
    return head + "." + b64(hmac.new(SECRET.encode(), head.encode(), hashlib.sha256).digest())


def addresses(playlist: str) -> list[str]:
    """Every address in a playlist."""
    lines = [line for line in playlist.splitlines() if line and not line.startswith("#")]
    return lines + re.findall(r'URI="([^"]*)"', playlist)


@configured_with(ENCODER_KEYS)
@pytest.mark.parametrize("publisher", [publishers.ffmpeg_5, publishers.ffmpeg_9, publishers.gstreamer, publishers.swiftwater])
@pytest.mark.parametrize("name", [KEY, f"show?key={KEY}"], ids=["as the name", "as a parameter"])
def test_publishing_with_a_key(server, processes, media, publisher, name):
    encoder = processes.start(publisher(media.file("plain"), server.rtmp(f"live/{name}")), name="encoder")
    server.wait_until_live("live/show")
    encoder.stop()
    assert KEY not in server.log


@configured_with(ENCODER_KEYS)
@pytest.mark.parametrize("name", ["show", "show?key=wrong", "swk_wrong"])
def test_publishing_without_the_key_is_refused(server, processes, media, name):
    encoder = processes.start(publishers.ffmpeg_9(media.file("plain"), server.rtmp(f"live/{name}")), name="encoder")
    assert encoder.wait(15) != 0
    eventually("the refusal is in the log", lambda: "publish refused" in server.log)
    assert "wrong" not in server.log


@configured_with(ENCODER_KEYS + "apps: { live: { auth: { challenge: adobe } }, other: { auth: { challenge: llnw } } }\n")
@pytest.mark.parametrize("ffmpeg", [publishers.FFMPEG_5, publishers.FFMPEG_9], ids=["FFmpeg 5", "FFmpeg 9"])
def test_user_and_password_by_challenge(server, processes, media, ffmpeg):
    """FFmpeg's rtmp://user:password@host: three connections, the last with the proof."""

    def publish(credentials: str, name: str):
        url = f"rtmp://{credentials}127.0.0.1:{server.rtmp_port}/live/show"
        command = [ffmpeg, "-v", "verbose", "-re", "-i", media.file("plain"), "-c", "copy", "-f", "flv", url]
        return processes.start(command, name=name)

    for number, wrong in enumerate(["", "show:wrong@", f"nobody:{KEY}@"]):
        assert publish(wrong, f"wrong{number}").wait(15) != 0
    encoder = publish(f"show:{KEY}@", "right")
    server.wait_until_live("live/show")
    encoder.stop()
    # Players are not asked: there is nothing that they could answer.
    assert KEY not in server.log


TOKENS = f"""
auth: {{ play: token, token-secret: {SECRET} }}
apps: {{ live: {{ hls: {{ segment: 1s }} }}, free: {{ auth: {{ play: open }} }} }}
"""


@configured_with(TOKENS)
def test_a_token_leads_through_hls(server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), name="encoder")
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("free/show")), name="other")
    eventually("the open application is live", lambda: request(server, "/free/show/index.m3u8").status == 200, 20)
    soon = int(time.time()) + 300
    for query in [signed("live/show", soon), "token=" + jwt(exp=soon, stream="live/show")]:
        answer = request(server, f"/live/show/index.m3u8?{query}")
        assert answer.status == 200 and "private" in answer.headers["cache-control"]
        assert all(query in address for address in addresses(answer.text))
        media_playlist = next(line for line in answer.text.splitlines() if ".m3u8" in line and not line.startswith("#"))
        playlist = request(server, f"/live/show/{media_playlist}")
        assert playlist.headers["cache-control"].startswith("private")
        found = addresses(playlist.text)
        assert found and all(query in address for address in found)
        folder = "/live/show/" + media_playlist.split("?")[0].rsplit("/", 1)[0]
        for address in {*found[:2], *re.findall(r'URI="([^"]*)"', playlist.text)}:
            segment = request(server, f"{folder}/{address}")
            assert segment.status == 200 and segment.headers["cache-control"].startswith("private")
            assert request(server, f"{folder}/{address.split('?')[0]}").status == 403
        compressed = request(server, f"/live/show/{media_playlist}", headers={"Accept-Encoding": "gzip"})
        assert compressed.headers["content-encoding"] == "gzip"
    # In the header it is not carried: whoever fetched the playlist fetches the rest in the same way.
    header = {"Authorization": "Bearer " + jwt(exp=soon, stream="live/*")}
    answer = request(server, "/live/show/index.m3u8", headers=header)
    assert answer.status == 200 and "token" not in answer.text and "private" in answer.headers["cache-control"]
    # Where all may play, what does not name a viewer is for shared caches.
    open_playlist = next(a for a in addresses(request(server, "/free/show/index.m3u8").text) if ".m3u8" in a)
    assert "viewer=" in open_playlist and "private" in request(server, f"/free/show/{open_playlist}").headers["cache-control"]
    assert "public" in request(server, f"/free/show/{open_playlist.split('?')[0]}").headers["cache-control"]
    for query in ["", "token=", "token=x", signed("live/other", soon), signed("live/show", 1000), "token=" + jwt(exp=1000, stream="*")]:
        for path in ["/live/show", "/live/show/index.m3u8", "/live/show.flv", "/live/show.mp4", "/hls/show.m3u8"]:
            assert request(server, f"{path}?{query}").status == 403
    assert SECRET not in server.log and "sig=" not in server.log and "eyJ" not in server.log


@configured_with(TOKENS)
def test_a_token_lets_players_in(server, processes, media, tmp_path):
    """FFmpeg as the player, over every way to play."""
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), name="encoder")
    query = signed("live/show", int(time.time()) + 300)
    eventually("the stream is live", lambda: request(server, f"/live/show/index.m3u8?{query}").status == 200, 20)
    ways = [
        server.rtmp(f"live/show?{query}"),
        *[server.http(f"live/show{ending}?{query}") for ending in [".flv", ".mp4", "/index.m3u8", ".m3u8"]],
        server.http(f"live/show/index.m3u8?ts=1&{query}"),
    ]
    for number, url in enumerate(ways):
        command = [publishers.FFMPEG_9, "-v", "error", "-i", url, "-t", "1", "-c", "copy", "-f", "null", "-"]
        processes.start(command, name=f"player{number}").succeed(30)
        refused = [word.replace(f"?{query}", "").replace(f"&{query}", "") if word == url else word for word in command]
        assert processes.start(refused, name=f"refused{number}").wait(30) != 0


@configured_with("apps: { live: { auth: { publish-deny: [127.0.0.0/8] } }, far: { auth: { play-allow: [192.0.2.0/24] } } }\n")
def test_addresses(server, processes, media):
    assert processes.start(publishers.ffmpeg_9(media.file("plain"), server.rtmp("live/show")), name="denied").wait(15) != 0
    eventually("the refusal is in the log", lambda: "not allowed from this address" in server.log)
    processes.start(publishers.ffmpeg_9(media.file("plain"), server.rtmp("far/show")), name="allowed")
    eventually("it is published", lambda: server.metric("swiftwater_live_streams") == 1)
    assert request(server, "/far/show/index.m3u8").status == 403


def test_no_folder_is_made_before_there_is_something_to_keep(server, processes, media):
    processes.start(publishers.ffmpeg_9(media.file("plain"), server.rtmp("live/show")), name="encoder")
    server.wait_until_live("live/show")
    assert not (processes.folder / "swiftwater-data").exists()


def test_the_first_token_is_for_the_owner_alone(processes):
    folder = processes.folder / "kept"
    folder.mkdir()
    server = Server(processes, BRIEF_SEGMENTS, arguments=("--data", folder))
    token = folder / "first-token"
    eventually("there is a first token", token.exists)
    assert token.stat().st_mode & 0o777 == 0o600
    assert (folder / "catalogue.sqlite").stat().st_mode & 0o777 == 0o600
    secret = token.read_text().strip()
    assert re.fullmatch(r"swt_[a-z2-9]{32}", secret)
    eventually("the log says where it is", lambda: "first-token" in server.log)
    assert secret not in server.log
    server.stop()
    again = Server(processes, BRIEF_SEGMENTS, arguments=("--data", folder))
    again.stop()
    assert token.read_text().strip() == secret


def test_a_data_folder_that_cannot_be_used_is_said_once(processes, media):
    (processes.folder / "file").write_text("")
    server = Server(processes, "auth: { publish: key, keys: [{ key: k3, stream: live/show }] }\n", arguments=("--data", processes.folder / "file"))
    for number in range(2):
        url = server.rtmp(f"live/swk_{number}")
        assert processes.start(publishers.ffmpeg_9(media.file("plain"), url), name=f"unknown{number}").wait(15) != 0
    processes.start(publishers.ffmpeg_9(media.file("plain"), server.rtmp("live/k3")), name="known")
    server.wait_until_live("live/show")
    assert server.log.count("data folder cannot be used") == 1
    server.stop()


class SigningKey:
    """A key of a service that signs with ES256, by OpenSSL."""

    def __init__(self, folder, name: str):
        self.name, self.file = name, folder / f"{name}.pem"
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file], check=True)
        command = ["openssl", "ec", "-in", self.file, "-pubout", "-outform", "DER"]
        self._point = subprocess.run(command, check=True, capture_output=True).stdout[-64:]

    @property
    def published(self) -> dict:
        x, y = b64(self._point[:32]), b64(self._point[32:])
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.name, "x": x, "y": y}

    def token(self, **claims) -> str:
        head = b64(json.dumps({"alg": "ES256", "kid": self.name}).encode()) + "." + b64(json.dumps(claims).encode())
        command = ["openssl", "dgst", "-sha256", "-sign", self.file]
        der = subprocess.run(command, check=True, capture_output=True, input=head.encode()).stdout
        # A sequence of two numbers (RFC 3279 §2.2.3), which a token has side by side in 32 bytes each (RFC 7518 §3.4).
        first = der[4 : 4 + der[3]]
        second = der[6 + der[3] :]
        return head + "." + b64(b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second)))


def test_keys_that_a_service_publishes(processes, media, tmp_path):
    """The service changes its keys, answers nonsense, is gone for a while, and withdraws a key."""
    old, new, stranger = (SigningKey(tmp_path, name) for name in ("old", "new", "stranger"))

    def publishing(*keys: SigningKey):
        body = json.dumps({"keys": [key.published for key in keys]}).encode()
        return lambda message: Answer(body=body, headers={"Content-Type": "application/jwk-set+json"})

    service = BackEnd(publishing(old))
    server = Server(processes, f"auth: {{ play: token, token-keys: \"{service.url('/keys')}\", token-keys-interval: 10s }}")
    tokens = {key.name: key.token(exp=int(time.time()) + 600, stream="live/show") for key in (old, new, stranger)}

    def status(name: str) -> int:
        return request(server, f"/live/show?token={tokens[name]}").status

    failures = lambda: server.log.count("key set cannot be fetched")  # noqa: E731
    asked = lambda: len(service.messages)  # noqa: E731
    try:
        assert status("old") == 200
        service.decide = publishing(old, new)
        eventually("the new key is known", lambda: status("new") == 200, within=30)
        assert status("stranger") == 403 and status("old") == 200
        # So that no connection outlives the service.
        close = {"Connection": "close"}
        for nonsense in (Answer(body=b" " * 100_000, headers=close), Answer(body=b"<html>Sign in</html>", headers=close)):
            service.decide = lambda message: nonsense
            before = asked()
            eventually("it was asked again", lambda: asked() > before, within=40)
            eventually("a stranger may be right", lambda: status("stranger") == 503)
            assert status("old") == 200 and status("new") == 200 and failures() == 1
        service.stop()
        assert status("old") == 200 and status("stranger") == 503 and failures() == 1
        service = BackEnd(publishing(new), port=service.port)
        eventually("the old key is worth nothing", lambda: status("old") == 403, within=40)
        assert status("new") == 200 and server.log.count("key set fetched again") == 1
        assert "eyJ" not in server.log
    finally:
        service.stop()
        server.stop()
