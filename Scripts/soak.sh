#!/bin/bash
# Ten minutes of one FFmpeg publisher and three kinds of viewers; not a frame may be lost. For a person, not for CI.
#
#   Scripts/soak.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-tools.sh
swift build --product swiftwater
SOAK_SECONDS=${1:-600} exec .build/tools/bin/python -m pytest -s Tests/EndToEnd/soak.py
