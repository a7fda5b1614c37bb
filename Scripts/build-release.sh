#!/bin/bash
# Builds a program as it is released: optimised, with Swift's libraries and C++'s inside, so that it runs where no Swift is.
# How it is linked otherwise stands in Package.swift. Names stay in it for backtraces; `make install` strips them.
#
#   Scripts/build-release.sh [PRODUCT]
set -euo pipefail
cd "$(dirname "$0")/.."

flags=(--configuration release)
if [ "$(uname)" = Linux ]; then
    flags+=(--static-swift-stdlib)
    # The linker takes the shared libstdc++ wherever it lies beside the static one, so that has a folder of its own.
    static=$(gcc -print-file-name=libstdc++.a 2>/dev/null || true)
    if [ -f "$static" ]; then
        mkdir -p .build/static-libraries
        ln -sf "$(realpath "$static")" .build/static-libraries/libstdc++.a
        flags+=(-Xlinker "-L$PWD/.build/static-libraries")
    fi
fi
exec swift build "${flags[@]}" --product "${1:-swiftwater}"
