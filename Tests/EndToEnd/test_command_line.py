"""The program as its operator meets it: commands, exit codes, start-up lines, signals and keys."""

import json
import re
import signal
import socket
import subprocess
import urllib.request

import pytest

from harness import publishers, rtmp
from harness.server import BINARY, BRIEF_SEGMENTS, configured_with
from harness.waiting import eventually


def run(*arguments, **options) -> subprocess.CompletedProcess:
    command = [str(word) for word in (BINARY, *arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30, **options)


@pytest.fixture
def file(tmp_path):
    def write(text: str):
        path = tmp_path / "swiftwater.yaml"
        path.write_text(text)
        return path

    return write


# -- Configuration


def test_a_right_configuration_is_met_with_silence(file):
    checked = run("config", "check", file("apps:\n  live:\n    hls: { segment: 1s }\n"))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_an_unknown_key_is_shown_with_its_line_and_a_suggestion(file):
    path = file("log: { level: info }\nrtmp:\n  lisen: ':1935'\n")
    checked = run("config", "check", path)
    assert checked.returncode == 2
    (line,) = (checked.stdout + checked.stderr).strip().splitlines()
    assert re.match(rf"{re.escape(str(path))}:3: rtmp\.lisen: ", line) and "did you mean" in line and "listen" in line


def test_all_faults_are_shown_at_once(file):
    path = file("rtmp:\n  listen: nonsense\napps:\n  live:\n    hls: { segment: fast }\n    on-duplicate: maybe\n")
    checked = run("config", "check", path)
    assert checked.returncode == 2
    lines = (checked.stdout + checked.stderr).strip().splitlines()
    assert [line.removeprefix(f"{path}:").split(":")[0] for line in lines] == ["2", "5", "6"]


@pytest.mark.parametrize("text", ["rtmp: [", "\x00\x01", "- a\n- b\n", "a: &a [*a]\n", "data: " + "[" * 10_000])
def test_what_is_no_configuration_is_a_fault_and_no_crash(file, text):
    checked = run("config", "check", file(text))
    assert checked.returncode == 2 and (checked.stdout + checked.stderr).strip()


def test_a_missing_file_is_a_fault(tmp_path):
    checked = run("config", "check", tmp_path / "nothing.yaml")
    assert checked.returncode in {1, 2} and "nothing.yaml" in checked.stdout + checked.stderr


def test_the_server_does_not_start_on_a_wrong_configuration(file):
    started = run("serve", "--config", file("rtmp:\n  lisen: ':1935'\n"))
    assert started.returncode == 2 and "did you mean" in started.stdout + started.stderr


def test_show_tells_every_value_and_where_it_comes_from(file):
    path = file("apps:\n  live:\n    on-duplicate: takeover\n")
    shown = run("config", "show", "--config", path, env={"SWIFTWATER_RTMP_LISTEN": "127.0.0.1:1999"})
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert any("takeover" in line and "swiftwater.yaml" in line for line in lines), shown.stdout
    assert any("127.0.0.1:1999" in line and "SWIFTWATER_RTMP_LISTEN" in line for line in lines), shown.stdout
    assert any("default" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tls:\n  certificates: [{ certificate: absent.pem }]\n", "2: tls.certificates[0]: {folder}/absent.pem cannot be read: no such file"),
        ("tls:\n  certificates: [{ certificate: empty.pem }]\n", "2: tls.certificates[0]: {folder}/empty.pem holds no certificate in PEM form"),
        ("rtmps:\n  listen: '127.0.0.1:0'\n  client-ca: absent.pem\n", "3: rtmps.client-ca: {folder}/absent.pem cannot be read: no such file"),
        ("rtmps:\n  listen: '127.0.0.1:0'\n  client-ca: empty.pem\n", "3: rtmps.client-ca: {folder}/empty.pem holds no certificate in PEM form"),
    ],
)
def test_files_that_a_configuration_names_are_checked_as_the_start_does(file, tmp_path, text, line):
    (tmp_path / "empty.pem").write_text("")
    path = file(text)
    expected = f"{path}:" + line.format(folder=tmp_path)
    for command in (["config", "check", path], ["serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--config", path]):
        told = run(*command, cwd=tmp_path)
        assert (told.returncode, told.stdout, told.stderr.strip()) == (2, "", expected)
    assert not (tmp_path / "swiftwater-data").exists()


def test_keys_of_tokens_may_come_after_the_start(file, tmp_path):
    """They are asked for where a configuration is checked; a server without them refuses tokens, and looks again."""
    path = file("auth:\n  token-keys: absent.json\n")
    told = run("config", "check", path, cwd=tmp_path)
    assert (told.returncode, told.stderr.strip()) == (2, f"{path}:2: auth.token-keys: {tmp_path}/absent.json cannot be read: no such file")


def test_a_command_behind_its_options_is_not_taken_for_a_file():
    told = run("--log-level", "debug", "serve")
    assert told.returncode == 64 and "The command goes before its options" in told.stderr


def test_files_that_nothing_needs_are_not_looked_for(file):
    """A server without TLS starts whatever its certificates are, and so they are nobody's fault."""
    off = "https: { listen: off }\nrtmps: { listen: off, client-ca: /absent.pem }\n"
    assert run("config", "check", file(off + "tls: { certificates: [{ certificate: /absent.pem }] }\n")).returncode == 0


@pytest.mark.parametrize("form", [[], ["--config"]], ids=["by itself", "by an option"])
def test_a_file_is_taken_in_both_forms(file, form):
    right = file("rtmp: { listen: '127.0.0.1:1999' }\n")
    assert run("config", "check", *form, right).returncode == 0
    shown = run("config", "show", *form, right)
    assert shown.returncode == 0 and "127.0.0.1:1999" in shown.stdout, shown.stderr
    wrong = file("rtmp: { lisen: ':1999' }\n")
    for command in (["serve"], ["config", "show"], ["config", "check"]):
        told = run(*command, *form, wrong)
        assert told.returncode == 2 and f"{wrong}:1: rtmp.lisen" in told.stderr
        assert run(*command, wrong, "--config", wrong).returncode == 64
    assert run("config", "check").returncode == 64


def test_a_word_that_is_no_command_is_answered_with_the_commands():
    told = run("probe", "x")
    assert told.returncode == 64 and "There is no command 'probe'. There are serve, config, inspect and publish." in told.stderr
    assert "Usage: swiftwater <subcommand>" in told.stderr and "--rtmps" not in told.stderr
    assert run("help").returncode == 0 and run("--help").returncode == 0
    assert "--rtmps" in run("help", "serve").stdout


# -- Start and end


def test_the_version_is_what_the_api_says(server):
    told = run("--version")
    assert (told.returncode, told.stderr) == (0, "")
    with urllib.request.urlopen(server.http("api/v1/server"), timeout=10) as answer:
        assert told.stdout.strip() == json.loads(answer.read())["version"]


def test_the_start_says_where_to_publish_and_watch(server):
    assert f"rtmp://127.0.0.1:{server.rtmp_port}/live/" in server.log
    assert f"http://127.0.0.1:{server.http_port}/live/" in server.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(server, number):
    server.stop(number)


def test_a_taken_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for arguments in [["--rtmp", f"127.0.0.1:{port}", "--http", "127.0.0.1:0"], ["--rtmp", "127.0.0.1:0", "--http", f"127.0.0.1:{port}"]]:
            started = run("serve", *arguments, cwd=tmp_path)
            assert started.returncode == 1
            assert str(port) in started.stdout + started.stderr


def test_a_reload_with_a_wrong_file_changes_nothing(server):
    server.configuration_file.write_text("rtmp:\n  lisen: ':1935'\n")
    server.process.send(signal.SIGHUP)
    eventually("the fault is logged", lambda: "lisen" in server.log)
    with rtmp.Peer(server) as peer:
        peer.connect()


def test_a_reload_holds_for_streams_that_begin_after_it(server, media, processes):
    path = "live/show"
    before = server.configuration_file.read_text()
    server.configuration_file.write_text(before.rstrip() + "\n    on-duplicate: takeover\n")
    server.process.send(signal.SIGHUP)
    eventually("the reload is logged", lambda: "configuration reloaded" in server.log)
    first = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(path)), "first")
    server.wait_until_live(path)
    second = processes.start(publishers.ffmpeg_endless(media.file("small"), server.rtmp(path)), "second")
    assert first.wait(within=15) != 0
    assert second.is_running


def test_each_connection_is_logged_twice_with_one_id(server, media, processes):
    processes.start(publishers.ffmpeg_5(media.file("plain", 2), server.rtmp("live/brief")), "publish").succeed(within=15)

    def lines() -> list[str]:
        return [line for line in server.log.splitlines() if "live/brief" in line and "connection" in line]

    eventually("opening and closing are logged", lambda: len(lines()) >= 2)
    ids = {re.search(r"connection\.id=(\S+)", line)[1] for line in lines()}
    assert len(ids) == 1, lines()


# -- Keys

KEYS = """
auth:
  publish: key
  keys:
    - { key: "correct-horse", stream: live/show }
"""


@configured_with(BRIEF_SEGMENTS + KEYS)
def test_a_key_publishes_its_stream_and_nothing_else_does(server, media, processes):
    for address in ["live/show", "live/wrong-key", "live/other?key=correct-horse"]:
        refused = processes.start(publishers.ffmpeg_5(media.file("plain"), server.rtmp(address)), "refused")
        assert refused.wait(within=15) != 0
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/correct-horse")), "publish")
    server.wait_until_live("live/show")
    assert "correct-horse" not in server.log + str(server.metrics())


# -- Tools


def test_inspect_describes_a_file(media):
    shown = run("inspect", "--json", media.file("plain"))
    assert shown.returncode == 0, shown.stderr
    text = json.dumps(json.loads(shown.stdout)).lower()
    assert "320" in text and "180" in text and "44100" in text
    assert "h264" in text or "h.264" in text or "avc" in text
    assert run("inspect", media.file("plain")).stdout.strip()


@pytest.mark.parametrize("scheme", ["rtmp", "http"])
def test_inspect_describes_a_live_stream(server, media, processes, scheme):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    shown = run("inspect", "--json", "--seconds", "2", server.rtmp("live/show") if scheme == "rtmp" else server.http("live/show.flv"))
    assert shown.returncode == 0, shown.stderr
    assert "320" in shown.stdout and "180" in shown.stdout


def test_inspect_of_nonsense_fails_with_a_word(tmp_path):
    nonsense = tmp_path / "nonsense.flv"
    nonsense.write_bytes(bytes(range(256)) * 100)
    for argument in [nonsense, tmp_path / "absent.flv", "rtmp://127.0.0.1:1/live/show"]:
        shown = run("inspect", argument)
        assert shown.returncode not in {0, -signal.SIGILL, -signal.SIGTRAP} and (shown.stdout + shown.stderr).strip()


def test_publish_to_nobody_fails_with_a_word(media, tmp_path):
    refused = run("publish", media.file("plain"), "rtmp://127.0.0.1:1/live/show")
    assert refused.returncode == 1 and (refused.stdout + refused.stderr).strip()
    assert "Usage" not in refused.stderr, "a server that is not there is no misuse of the command"
    absent = run("publish", tmp_path / "absent.flv", "rtmp://127.0.0.1:1/live/show")
    assert absent.returncode == 1 and "absent.flv" in absent.stdout + absent.stderr


@configured_with(BRIEF_SEGMENTS + "rtmpt: { timeout: 60s }\n")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("variant", ["rtmp", "rtmpt"])
def test_publish_that_is_stopped_takes_leave(server, media, processes, variant, number):
    command = [BINARY, "publish", "--loop", media.file("plain"), server.address(variant, "live/show")]
    publishing = processes.start(command, "publish")
    server.wait_until_live("live/show")
    assert publishing.stop(number) == 0, publishing.output
    # At once, and not when its tunnel has been silent for a minute.
    server.wait_until_offline("live/show")


def test_publish_is_told_why_it_is_refused(server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    refused = run("publish", media.file("small"), server.rtmp("live/show"))
    assert refused.returncode == 1
    assert re.search("BadName|already|taken|in use", refused.stdout + refused.stderr, re.IGNORECASE)
