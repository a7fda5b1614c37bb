#!/bin/bash
# Builds a program as it is released: optimised, with Swift's libraries, C++'s, SQLite, YAML's, zlib's and OpenSSL's
# libcrypto inside, so that it runs where nothing else is.
# How it is linked otherwise stands in Package.swift. Names stay in it for backtraces; `make install` strips them.
#
#   Scripts/build-release.sh [PRODUCT]
set -euo pipefail
cd "$(dirname "$0")/.."

flags=(--configuration release)
if [ "$(uname)" = Linux ]; then
    flags+=(--static-swift-stdlib)
    # The linker takes a shared library where one lies beside the static one, so those have a folder of their own; and
    # what Debian's packages say of themselves would lead it elsewhere first.
    folder=$PWD/.build/static-libraries
    mkdir -p "$folder"
    for library in stdc++ sqlite3 yaml z crypto; do
        static=$(gcc -print-file-name="lib$library.a")
        if [ -f "$static" ]; then ln -sf "$(realpath "$static")" "$folder/lib$library.a"; fi
    done
    if [ -f "$folder/libyaml.a" ]; then
        printf 'Name: yaml\nDescription: libyaml, static\nVersion: 0.2\nLibs: -L%s -lyaml\n' "$folder" >"$folder/yaml-0.1.pc"
    fi
    if [ -f "$folder/libz.a" ]; then
        printf 'Name: zlib\nDescription: zlib, static\nVersion: 1.2\nLibs: -L%s -lz\n' "$folder" >"$folder/zlib.pc"
    fi
    if [ -f "$folder/libcrypto.a" ]; then
        printf 'Name: libcrypto\nDescription: OpenSSL, static\nVersion: 3\nLibs: -L%s -lcrypto\n' "$folder" >"$folder/libcrypto.pc"
    fi
    export PKG_CONFIG_PATH=$folder${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
    flags+=(-Xlinker "-L$folder")
fi
exec swift build "${flags[@]}" --product "${1:-swiftwater}"
