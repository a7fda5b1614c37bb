#!/bin/bash
# Fails when a Swift file is not formatted as .swift-format says. `make format` puts it right.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

folders=()
for folder in Package.swift Sources Tests Benchmarks FuzzTesting Examples; do
    if [ -e "$folder" ]; then folders+=("$folder"); fi
done
# Nested packages have their build products beside them; git knows what is ours.
git ls-files --cached --others --exclude-standard -z -- "${folders[@]}" |
    grep --null-data '\.swift$' |
    xargs --null --no-run-if-empty swift format lint --strict --parallel
