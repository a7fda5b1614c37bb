#!/bin/bash
# Ten minutes of publishers and players inside TLS, through HTTP, encrypted, and in every mixture; not a frame may be lost, and
# the server may not grow. For a person; the tests take twenty seconds of it.
#
#   Scripts/soak-tunnels.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-tools.sh
swift build --product swiftwater
SOAK_SECONDS=${1:-600} exec .build/tools/bin/python -m pytest -s Tests/EndToEnd/test_tunnel_soak.py
