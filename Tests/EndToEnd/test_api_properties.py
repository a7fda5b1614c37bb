"""The API held against its own description, with requests that a machine makes up."""

import subprocess

from harness import publishers
from harness.server import ROOT

EXAMPLES = 25


def test_every_answer_is_as_the_document_says(server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    command = [ROOT / ".build/tools/bin/schemathesis", "run", server.http("api/v1/openapi.json")]
    # Answers without end are tested elsewhere.
    command += ["--exclude-path", "/events", "--max-examples", str(EXAMPLES), "--seed", "6", "--generation-database", "none"]
    command += ["--phases", "examples,coverage,fuzzing", "--request-timeout", "10", "--no-color"]
    done = subprocess.run(command, cwd=processes.folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    assert server.process.is_running
