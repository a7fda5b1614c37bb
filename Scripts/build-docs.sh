#!/bin/bash
# Builds the documentation of the library modules into .build/docs, with nothing but the toolchain's own DocC.
set -euo pipefail
cd "$(dirname "$0")/.."

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members
graphs=$(dirname "$(swift build --show-bin-path)")/symbolgraph

# Extensions of other modules are described in files named Module@Other.symbols.json; they come along.
libraries=.build/docs-symbols
rm -rf "$libraries" .build/docs
mkdir -p "$libraries"
for module in ByteCoding MediaModel CodecParsing AMF FLV ISOBMFF MPEGTS M3U8 RTMPSession SegmentPackaging; do
    cp "$graphs/$module".symbols.json "$libraries"
    find "$graphs" -name "$module@*.symbols.json" -exec cp {} "$libraries" \;
done

docc=$(dirname "$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')")/../bin/docc
"$docc" convert --fallback-display-name Swiftwater --fallback-bundle-identifier swiftwater \
    --additional-symbol-graph-dir "$libraries" --output-path .build/docs
echo "The documentation is in .build/docs"
