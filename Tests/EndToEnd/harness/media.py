"""Source files, made by FFmpeg's test generators when a test asks for them: every packet of a track is different."""

import functools
import pathlib
import subprocess

SECONDS = 8
FRAME_RATE = 25
# One key frame a second, so that a joining player and a segment of one second find one.
GOP_FRAMES = 25

_VIDEO_INPUT = ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={FRAME_RATE}"]
_AUDIO_INPUT = ["-f", "lavfi", "-i", "anoisesrc=seed=7:amplitude=0.2:sample_rate=44100"]
_H264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-b:v", "400k"]
_H264 += ["-g", str(GOP_FRAMES), "-keyint_min", str(GOP_FRAMES), "-sc_threshold", "0", "-flags", "+cgop"]
_HEAVY = ["-preset", "ultrafast", "-b:v", "20M", "-minrate", "20M", "-maxrate", "20M", "-bufsize", "20M", "-nal-hrd", "cbr"]
_AAC = ["-c:a", "aac", "-b:a", "96k", "-ac", "2"]

KINDS = {
    "plain": [*_VIDEO_INPUT, *_AUDIO_INPUT, *_H264, "-bf", "0", *_AAC],
    "b-frames": [*_VIDEO_INPUT, *_AUDIO_INPUT, *_H264, "-bf", "2", *_AAC],
    "small": [*[word.replace("320x180", "160x90") for word in _VIDEO_INPUT], *_AUDIO_INPUT, *_H264, "-bf", "0", *_AAC],
    # For minutes of it: little to encode, and to take.
    "light": [*[word.replace("320x180", "160x90") for word in _VIDEO_INPUT], *_AUDIO_INPUT, *_H264, "-preset", "ultrafast", "-bf", "0", *_AAC],
    "rare-key-frames": [*_VIDEO_INPUT, *_AUDIO_INPUT, *_H264, "-g", "1000", "-keyint_min", "1000", "-bf", "0", *_AAC],
    "heavy": [*[word.replace("320x180", "1280x720") for word in _VIDEO_INPUT], *_AUDIO_INPUT, *_H264, *_HEAVY, "-bf", "0", *_AAC],
    "video-only": [*_VIDEO_INPUT, *_H264, "-bf", "0"],
    "audio-only": [*_AUDIO_INPUT, *_AAC],
    "mp3": [*_VIDEO_INPUT, *_AUDIO_INPUT, *_H264, "-bf", "0", "-c:a", "libmp3lame", "-b:a", "96k"],
    "sorenson-adpcm": [*_VIDEO_INPUT, *_AUDIO_INPUT, "-c:v", "flv", "-g", "25", "-c:a", "adpcm_swf"],
    "sorenson-nellymoser": [*_VIDEO_INPUT, *_AUDIO_INPUT, "-c:v", "flv", "-g", "25", "-c:a", "nellymoser", "-ac", "1"],
    "sorenson-speex": [*_VIDEO_INPUT, *_AUDIO_INPUT, "-c:v", "flv", "-g", "25", "-c:a", "libspeex", "-ac", "1", "-ar", "16000"],
}


class Media:
    """Makes each kind of source once and keeps it in a folder."""

    def __init__(self, folder: pathlib.Path):
        self._folder = folder

    @functools.cache
    def file(self, kind: str, seconds: int = SECONDS) -> pathlib.Path:
        path = self._folder / f"{kind}-{seconds}.flv"
        command = ["ffmpeg", "-v", "error", "-y", *KINDS[kind], "-t", str(seconds)]
        subprocess.run([*command, "-bitexact", "-f", "flv", str(path)], check=True)
        return path
