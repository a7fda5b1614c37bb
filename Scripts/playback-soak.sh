#!/bin/bash
# Ten minutes of the watch page in Chromium, by WebSocket and then by HLS, in which the picture may not stand still; and ten
# of DASH in FFmpeg, of which no packet may be missing. For a person.
#
#   Scripts/playback-soak.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-tools.sh
swift build --product swiftwater
SOAK_SECONDS=${1:-600} exec .build/tools/bin/python -m pytest -s Tests/EndToEnd/playback_soak.py
