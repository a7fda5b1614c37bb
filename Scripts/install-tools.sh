#!/bin/bash
# Installs what the tests and scripts of this repository need on Debian 12: real media clients from
# the distribution, and a Python environment under .build/tools. Does nothing, quickly, when all is there.
#
#   Scripts/install-tools.sh          everything that `make test` needs
#   Scripts/install-tools.sh build    only what the Swift build needs
#   Scripts/install-tools.sh bench    that, and the server that `make bench-compare` compares with
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(make zlib1g-dev libyaml-dev libssl-dev libsqlite3-dev)
test_packages=(
    python3 python3-venv curl procps openssl nginx
    ffmpeg rtmpdump vlc-bin vlc-plugin-base
    chromium chromium-driver firefox-esr zbar-tools
    gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
    gstreamer1.0-plugins-ugly gstreamer1.0-libav
    prometheus
)
bench_packages=(python3 nginx libnginx-mod-rtmp)
packages=("${build_packages[@]}")
case "${1:-all}" in
    build) ;;
    bench) packages+=("${bench_packages[@]}") ;;
    *) packages+=("${test_packages[@]}") ;;
esac

# -- Debian packages ------------------------------------------------------------------------------

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then as_root=(env); else as_root=(sudo env); fi
    echo "Installing ${missing[*]}"
    # Programs to test with, not services to run.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        trap '"${as_root[@]}" rm -f "$policy"' EXIT
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
if [ "${1:-all}" != all ]; then exit 0; fi

# -- Python environment ---------------------------------------------------------------------------

tools=.build/tools
requirements=Tests/EndToEnd/requirements.txt
if ! cmp --silent "$requirements" "$tools/installed.txt"; then
    mkdir -p .build
    # The distribution's own Python: a version manager's may lack venv or change under the environment.
    /usr/bin/python3 -m venv --clear "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$tools/installed.txt"
fi
