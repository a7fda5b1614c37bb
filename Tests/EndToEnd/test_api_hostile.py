"""Requests to the API that mean ill, or make no sense."""

import json
import urllib.parse

import pytest

from harness import api, publishers
from harness.http_client import request

MARKUP = '<script>alert(1)</script>"&\'\u202e\x00'
ROUTES = ["/streams", "/streams/live/show", "/sessions", "/sessions/x", "/server", "/openapi.json"]


@pytest.mark.parametrize("route", [*ROUTES, "/events", "/streams/live/show/reconnect", "/sessions/x/reconnect"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused_with_those_that_there_are(route, method, shared_server):
    answer = api.call(shared_server, route, method)
    assert answer.status == 405 and answer.headers["allow"]


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/streams/", "/streams/live", "/sessions/", "/sessions/a/b", "//streams", "/streams/../server", "/server/"])
def test_unknown_paths_are_problems(path, shared_server):
    api.problem(api.call(shared_server, path), 404)


@pytest.mark.parametrize("path", ["/streams/%zz/x", "/streams/live/%ff%fe", "/" + "a" * 5000])
def test_paths_that_cannot_be_read_are_problems(path, shared_server):
    api.problem(api.call(shared_server, path), 400)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=1e9", "limit=99999999999999999999", "limit=%2B5", "limit=", "nothing=1", "after=%00", "after=../.."],
)
@pytest.mark.parametrize("list_", ["streams", "sessions"])
def test_parameters_out_of_bounds_are_problems(list_, query, shared_server):
    api.problem(api.call(shared_server, f"/{list_}?{query}"), 400)


def test_markup_and_controls_come_back_as_text_only(shared_server):
    quoted = urllib.parse.quote(MARKUP)
    for path in (f"/streams/live/{quoted}", f"/sessions/{quoted}", f"/{quoted}", f"/streams?{quoted}=1"):
        answer = api.call(shared_server, path)
        assert answer.status in (400, 404)
        assert b"<" not in answer.body and b"\x00" not in answer.body
        assert answer.headers["x-content-type-options"] == "nosniff"
        json.loads(answer.body)


def test_names_may_be_written_with_percent_encoding(server, processes, media):
    path = "live/folder/show-1"
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(path)), "publish")
    server.wait_until_live(path)
    for spelling in ("live/folder/show-1", "live/folder%2Fshow-1", "%6Cive/folder%2fshow%2D1"):
        assert api.get(server, f"/streams/{spelling}")["name"] == "folder/show-1"


def test_bodies_are_bounded_and_of_one_kind(shared_server):
    post = lambda body, kind="application/json": api.call(shared_server, "/sessions/x/reconnect", "POST", {"Content-Type": kind}, body)
    api.problem(post(b"a" * 100_000), 413)
    api.problem(post(b"{}", "text/plain"), 415)
    for body in (b"{", b"[]", b"[" * 10_000, b'{"url": 5}', b'{"other": 1}', b'{"url": "http://x"}', b'{"reason": "a\\nb"}', b'{"reason": ""}', b"\xff\xfe"):
        api.problem(post(body), 400)
    api.problem(post(b"{}"), 404)


@pytest.mark.parametrize("field", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_who_comes_through_a_proxy_is_not_local(field, shared_server):
    told = api.problem(api.call(shared_server, "/streams", headers={field: "127.0.0.1"}), 403)
    assert field.lower() in told["detail"]


@pytest.mark.parametrize("host", ["evil.example.com", "192.168.1.1:8080", "localhost.evil.example.com", "127.0.0.1.evil.example.com"])
def test_a_foreign_name_for_this_machine_is_not_local(host, shared_server):
    api.problem(api.call(shared_server, "/streams", headers={"Host": host}), 403)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example.com"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_pages_of_other_sites_change_nothing(headers, server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    (session,) = api.sessions(server, role="publisher")
    for path, method in ((f"/sessions/{session['id']}", "DELETE"), ("/streams/live/show/reconnect", "POST")):
        api.problem(api.call(server, path, method, headers), 403)
    assert len(api.sessions(server, role="publisher")) == 1
    own = {"Origin": f"http://127.0.0.1:{server.http_port}", "Sec-Fetch-Site": "same-origin"}
    assert api.call(server, f"/sessions/{session['id']}", "DELETE", own).status == 204


def test_heads_have_no_body(shared_server):
    for route in ["/streams", "/server", "/events"]:
        answer = api.call(shared_server, route, "HEAD")
        assert answer.status == 200 and answer.body == b""


def test_what_is_beside_the_api_is_not_the_api(shared_server):
    assert request(shared_server, "api/v2/streams").headers["content-type"] != "application/problem+json"
