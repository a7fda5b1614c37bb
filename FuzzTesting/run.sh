#!/bin/sh
# run.sh SECONDS [DECODER]: fuzzes each decoder, or the one named, for SECONDS, beginning with Corpus and FailCases.
# 0 seconds: only checks the files that are there. What is found is left in FailCases; the exit status says whether
# anything was. With SKIP_BUILD set, takes the executables that an earlier run built.
set -u
seconds=${1:?"usage: run.sh SECONDS [DECODER]"}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(dirname "$here")/.build-fuzz
decoders=${2:-$(ls "$here/Corpus")}

# Without this a crash waits for minutes in Swift's own backtracer.
export SWIFT_BACKTRACE=enable=no

if [ -z "${SKIP_BUILD:-}" ]; then
    # SwiftPM does not notice files that came or went in a package that this one depends on by its path.
    rm -f "$scratch/release.yaml"
    for decoder in $decoders; do
        swift build --package-path "$here" --scratch-path "$scratch" --configuration release \
            --product "Fuzz$decoder" -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug || exit 2
    done
fi

status=0
for decoder in $decoders; do
    grown=$scratch/corpus/$decoder
    finds=$here/FailCases/$decoder
    mkdir -p "$grown" "$finds"
    # 16 KiB is enough for every limit but those of bytes; each run must be short and small.
    limits="-max_len=16384 -timeout=5 -rss_limit_mb=1024 -malloc_limit_mb=256"
    if [ "$seconds" -eq 0 ]; then amount=-runs=0; else amount=-max_total_time=$seconds; fi
    echo "== $decoder"
    # shellcheck disable=SC2086
    "$scratch/release/Fuzz$decoder" $limits $amount -print_final_stats=1 -artifact_prefix="$finds/" \
        "$grown" "$here/Corpus/$decoder" "$finds" 2>"$scratch/$decoder.log" || status=1
    grep -E '^(SUMMARY|stat::number_of_executed_units|stat::peak_rss_mb|.*Fatal error|Done|artifact_prefix)' "$scratch/$decoder.log"
    rmdir "$finds" 2>/dev/null
done
exit $status
