#!/bin/bash
# Lets a real OBS publish to a running Swiftwater, without a screen, and says whether the stream came out.
# For a person, not for CI: OBS and its OpenGL are some 600 MB.
#
#   [CA=FILE] [OBS_USER=NAME OBS_PASSWORD=WORD] Scripts/interop/obs.sh [SERVER] [STREAM_KEY] [SECONDS]
#
# SERVER and STREAM_KEY are what one types into OBS; by default rtmp://127.0.0.1/live and obs. A SERVER of rtmps:// must have
# a certificate that OBS believes: OBS knows the authorities in /etc/ssl/certs alone, and with CA=FILE this OBS, and nothing
# else on the machine, finds that authority there (such as swiftwater-data/tls/self-signed.pem). OBS_USER and OBS_PASSWORD
# are its "use authentication". Needs on Debian 12:
#   apt-get install --no-install-recommends obs-studio obs-plugins libgl1-mesa-dri xvfb xauth ffmpeg
set -euo pipefail

server=${1:-rtmp://127.0.0.1/live}
key=${2:-obs}
seconds=${3:-15}

work=$(mktemp -d)
started=()
# Ends what this script started, by id, the newest first.
end_started() {
    for ((index = ${#started[@]} - 1; index >= 0; index--)); do
        kill "${started[index]}" 2>/dev/null || true
        wait "${started[index]}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap end_started EXIT

# -- A home with one profile and one scene, so that OBS asks nothing ----------------------------------

export HOME=$work XDG_CONFIG_HOME=$work/config XDG_RUNTIME_DIR=$work/run
export QT_QPA_PLATFORM=xcb LIBGL_ALWAYS_SOFTWARE=1
settings=$XDG_CONFIG_HOME/obs-studio
mkdir -p "$settings/basic/profiles/Interop" "$settings/basic/scenes"
mkdir -m 700 "$XDG_RUNTIME_DIR"

cat >"$settings/global.ini" <<INI
[General]
FirstRun=true
EnableAutoUpdates=false
ConfirmOnExit=false
LastVersion=486539266
[Basic]
Profile=Interop
ProfileDir=Interop
SceneCollection=Interop
SceneCollectionFile=Interop
ConfigOnNewProfile=false
INI

cat >"$settings/basic/profiles/Interop/basic.ini" <<INI
[General]
Name=Interop
[Output]
Mode=Simple
[SimpleOutput]
StreamEncoder=x264
UseAdvanced=true
Preset=ultrafast
x264Settings=keyint=30
VBitrate=800
ABitrate=96
[Video]
BaseCX=640
BaseCY=360
OutputCX=640
OutputCY=360
FPSType=1
FPSInt=15
[Audio]
SampleRate=48000
ChannelSetup=Stereo
INI

use_auth=false
[ -z "${OBS_USER:-}" ] || use_auth=true
cat >"$settings/basic/profiles/Interop/service.json" <<JSON
{"type": "rtmp_custom", "settings": {"server": "$server", "key": "$key", "use_auth": $use_auth,
    "username": "${OBS_USER:-}", "password": "${OBS_PASSWORD:-}"}}
JSON

cat >"$settings/basic/scenes/Interop.json" <<JSON
{
    "name": "Interop", "current_scene": "Stage", "current_program_scene": "Stage", "scene_order": [{"name": "Stage"}],
    "sources": [
        {"name": "Blue", "id": "color_source", "versioned_id": "color_source_v3", "enabled": true,
         "settings": {"color": 4290772992, "width": 640, "height": 360}},
        {"name": "Stage", "id": "scene", "versioned_id": "scene", "enabled": true,
         "settings": {"id_counter": 1, "custom_size": false, "items": [
            {"name": "Blue", "id": 1, "visible": true, "locked": false, "pos": {"x": 0.0, "y": 0.0},
             "scale": {"x": 1.0, "y": 1.0}, "rot": 0.0, "align": 5, "bounds_type": 0, "bounds": {"x": 0.0, "y": 0.0}}]}}
    ]
}
JSON

# -- A screen, OBS, and a look at what arrives ---------------------------------------------------------

Xvfb -displayfd 3 -screen 0 1024x768x24 +extension GLX -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" &
started+=($!)
for _ in $(seq 100); do
    [ -s "$work/display" ] && break
    sleep 0.1
done
DISPLAY=:$(cat "$work/display")
export DISPLAY

# Its list of authorities is compiled in as a folder; a mount of its own puts another one there.
trust=()
if [ -n "${CA:-}" ]; then
    mkdir "$work/authorities"
    cp "$CA" "$work/authorities/authority.pem"
    trust=(unshare --map-root-user --mount bash -c 'mount --bind "$0" /etc/ssl/certs && exec "$@"' "$work/authorities")
fi

"${trust[@]}" obs --startstreaming --multi --minimize-to-tray --disable-missing-files-check \
    --profile Interop --collection Interop --scene Stage >"$work/obs.log" 2>&1 &
obs=$!
started+=("$obs")

echo "OBS publishes to $server as $key"
for _ in $(seq 60); do
    tracks=$(timeout 10 ffprobe -v error -show_entries stream=codec_name,width,height,sample_rate -of compact=p=0 "$server/$key" 2>/dev/null || true)
    [ -n "$tracks" ] && break
    kill -0 "$obs" 2>/dev/null || { tail -20 "$work/obs.log"; exit 1; }
    sleep 0.5
done
if [ -z "$tracks" ]; then
    tail -20 "$work/obs.log"
    echo "nothing arrived"
    exit 1
fi
echo "$tracks"
frames=$(ffprobe -v error -select_streams v -count_packets -read_intervals "%+$seconds" \
    -show_entries stream=nb_read_packets -of csv=p=0 "$server/$key" | head -1)
echo "$frames video frames in $seconds s (15 a second were sent)"

kill -INT "$obs"
for _ in $(seq 100); do
    kill -0 "$obs" 2>/dev/null || break
    sleep 0.1
done
grep -E "dropped frames|Total frames output|Output '.*': (stopping|Number)" "$work/obs.log" || true
[ "$frames" -ge $((seconds * 12)) ]
