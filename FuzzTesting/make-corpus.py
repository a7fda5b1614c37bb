#!/usr/bin/env python3
"""Writes the seeds of Corpus: for each decoder a few inputs that reach what chance would take long to find.

The hexadecimal text below is the source; the files are committed so that a fuzz run needs no Python.
"""

import hashlib
import hmac
import pathlib
import shutil

CONNECT = """
    020007636f6e6e656374 003ff0000000000000 03 0003617070 0200046c697665 000474797065 02000a6e6f6e70726976617465
    0008666c617368566572 020008464d4c452f332e30 0005746355726c 02001572746d703a2f2f3132372e302e302e312f6c697665 000009
"""

KEY_TAIL = "f0eec24a8068bee8 2e00d0d1029e7e57 6eec5d2d29806fab 93b8e636cfeb31ae"
CLIENT_KEY = b"Genuine Adobe Flash Player 001"
SERVER_KEY = b"Genuine Adobe Flash Media Server 001"
PACKET = "00000000 00000000" + "5a" * 1528


def sealed(key: bytes, version: str, pointer: int) -> str:
    """C1 or S1 with a digest, which lies behind where the four bytes at `pointer` say: they are all 0 but the last."""
    packet = bytearray.fromhex("00000000" + version + "5a" * 1528)
    packet[pointer : pointer + 4] = bytes([0, 0, 0, 100])
    offset = pointer + 4 + 100
    packet[offset : offset + 32] = hmac.digest(key, packet[:offset] + packet[offset + 32 :], hashlib.sha256)
    return packet.hex()


# Chunks: SetChunkSize 4096, then `connect` on chunk stream 3, then audio by all four chunk types.
SET_CHUNK_SIZE = "02 000000 000004 01 00000000 00001000"
AUDIO = """
    04 000000 000004 08 01000000 af001210
    44 000017 000003 08 af0121
    84 000017 af0122
    c4 af0123
"""

FLV_HEADER = "464c5601 05 00000009 00000000"
AVC_HEADER = "1700000000 0142c00affe10016 6742c00ada11ec044000000300400000030283c489a8 010004 68ce0fc8"
META_DATA = "02000a6f6e4d65746144617461 08 00000001 00057769647468 004090000000000000 000009"


def tag(kind: int, timestamp: int, body: str) -> str:
    """A tag of an FLV file and the size behind it."""
    length = len(bytes.fromhex(body))
    time = f"{timestamp & 0xFFFFFF:06x}{timestamp >> 24:02x}"
    return f"{kind:02x}{length:06x}{time}000000{body}{11 + length:08x}"


# For CodecConfiguration the first byte chooses the parser.
(
    AVC_RECORD, AUDIO_SPECIFIC_CONFIG, AVC_SEQUENCE_PARAMETER_SET, MPEG_AUDIO_HEADER, ADTS_FRAMES, ANNEX_B, HEVC_CONFIGURATION,
    HEVC_PARAMETER_SETS, VVC_RECORD, AV1_RECORD, AV1_TEMPORAL_UNIT, VP_RECORD, VP_FRAME, LIGHT_METADATA, OPUS_HEADER,
    FLAC_STREAM_INFO, AC3_BOX, AC3_FRAME, SAMPLE_COUNT,
) = (f"{number:02x} " for number in range(19))

# Name of the decoder -> name of the seed -> bytes.
HEVC_RECORD = (
    "0101600000009000000000001ef000fcfdf8f800000f03200001001840010c01ffff0160000003009000000300000300"
    "1e913024210001002742010101600000030090000003000003001ea0420859644ee4caf0168080000003008000000504"
    "22000100064401c173d089"
)
# colorInfo, and in it the transfer characteristics of HDR10.
COLOR_INFO = """
    020009636f6c6f72496e666f 03 000b636f6c6f72436f6e666967 03 00177472616e73666572436861726163746572697374696373
    00 4030000000000000 000009 000009"""

SEEDS = {
    "AMF0": {
        "connect": CONNECT,
        "publish": "0200077075626c697368 004014000000000000 05 0200036b6579 0200046c697665",
        "play": "020004706c6179 004014000000000000 05 0200036b6579 00c09f400000000000",
        "on-meta-data": """
            02000d40736574446174614672616d65 02000a6f6e4d65746144617461 08 00000014 00057769647468 004090000000000000
            0006737465726f 0101 0007656e636f646572 0200034f4253 000009""",
        "keyframes": """
            02000a6f6e4d65746144617461 03 00096b65796672616d6573 03 000574696d6573 0a 00000002 000000000000000000
            004000000000000000 000009 000009""",
        "left-open": "03 0001 61 08 00000000 0001 62 05",
        "references": "03 0001 61 0a 00000001 05 0001 62 0700 01 000009 070000 07 0001",
        "doubling": "0a 00000001 05 0a 00000002 070000 070000 0a 00000002 070001 070001 0a 00000002 070002 070002",
        "all-types": """
            00 7ff8000000000000 0100 0101 020000 05 06 08000000000000 09 0a00000000 0b 4277a7d3f0a00000 ffc4
            0c00000001 61 0d 0f00000004 3c612f3e 10 000143 000161 05 000009 11 047f""",
        "latin-1": "02 0004 636166e9",
        "nested": "0a00000001" * 8 + "05",
        "avm-plus": "11 0a 0b 01 03 61 06 03 62 01 11 06 00 11 09 05 03 61 02 01 01 03",
    },
    "AMF3": {
        "simple-types": "00 01 02 03 04 7f 04 8100 04 818000 04 80c08000 04 ffffffff 05 3fe0000000000000 06 07 6b6579 06 00 06 01",
        "texts": "07 09 3c612f3e 0b 09 3c612f3e 0c 07 00ff80 08 01 408f400000000000",
        "text-references": "07 09 3c612f3e 07 00 06 05 c3a9 06 07 65cc81 06 00 06 02 06 03 e9",
        "array": "09 05 03 61 02 01 01 03 09 00",
        "object": "0a 0b 01 03 61 01 01 0a 00 0a 01 00 01 01",
        "traits": "0a 23 03 43 03 61 03 62 01 03 0a 01 02 02 0a 1b 03 44 03 61 06 00 02 06 02 01",
        "vectors": "0d 05 01 ffffffff 7fffffff 0e 05 00 ffffffff 00000001 0f 03 00 7ff8000000000000 10 05 01 03 2a 01 04 05",
        "dictionary": "11 05 01 06 03 61 04 01 01 06 00 11 00",
        "doubling": "09 03 01 01 09 05 01 09 00 09 00 09 05 01 09 02 09 02 09 05 01 09 04 09 04",
        "externalizable": "0a 07 03 43 00",
        "nested": "09 03 01 0a 0b 01 03 61 11 03 00 01 10 03 00 01 01 01",
    },
    "Handshake": {
        "simple": "03" + PACKET + PACKET + "02",
        "early-digest-of-client": "03" + sealed(CLIENT_KEY, "09007c02", 8) + PACKET,
        "late-digest-of-client": "03" + sealed(CLIENT_KEY, "80000302", 772) + PACKET,
        "early-digest-of-server": "03" + sealed(SERVER_KEY, "04000001", 8) + PACKET,
        "late-digest-of-server": "03" + sealed(SERVER_KEY, "04000001", 772) + PACKET + "0200",
        "version-without-digest": "03 00000000 09007c02" + "00" * 1528,
        "version-6": "06" + PACKET,
        "encrypted-client": "06" + sealed(CLIENT_KEY, "80000302", 772) + PACKET + "02",
        "encrypted-client-scrambled": "08" + sealed(CLIENT_KEY, "80000302", 8) + PACKET + "02",
        "encrypted-server": "06" + sealed(SERVER_KEY, "04000001", 8) + PACKET + "02",
        "encrypted-server-scrambled": "08" + sealed(SERVER_KEY, "04000001", 772) + PACKET + "02",
        "tls": "16 0301",
        "http": b"GET / HTTP/1.1".hex(),
        "junk": "ff",
    },
    "Tunnel": {
        "open": b"/open/1".hex(),
        "identify": b"/fcs/ident2".hex(),
        "send": b"/send/00112233445566778899aabbccddeeff/0".hex(),
        "idle": b"/idle/00112233445566778899aabbccddeeff/4294967295".hex(),
        "close": b"/close/00112233445566778899aabbccddeeff/12".hex(),
        "name": b"00112233445566778899aabbccddeeff\n".hex(),
        "requests": "00 04 01 05 00 02 06 41 43 c0 c2 fd ff",
    },
    "ChunkStream": {
        "connect": SET_CHUNK_SIZE + "03 000000 00006a 14 00000000" + CONNECT,
        "all-chunk-types": AUDIO,
        "two-chunks": "03 000000 000090 14 00000000" + "61" * 128 + "c3" + "62" * 16,
        "interleaved": "06 000000 000082 09 01000000" + "17" * 128 + "04 000000 000002 08 01000000 af01 c6 1717",
        "longer-basic-headers": "00 00 000000 000001 08 01000000 aa 01 0000 000001 000001 08 01000000 ab c0 00 ac",
        "extended-timestamp": "04 ffffff 000001 08 01000000 01000000 aa c4 01000000 ab 84 ffffff 01000001 ac c4 ad ae af b0",
        "extended-within-message": "04 ffffff 000082 08 01000000 01000000" + "aa" * 128 + "c4 01000000 abab",
        "extended-left-out": "04 ffffff 000086 08 01000000 01000000" + "aa" * 128 + "c4" + "ab" * 6,
        "header-within-message": "06 000000 000082 09 01000000" + "17" * 128 + "06 000000 000001 09 01000000 17",
        "abort": "06 000000 000082 09 01000000" + "17" * 128 + "02 000000 000004 02 00000000 00000006 86 000001" + "18" * 128,
        "one-byte-chunks": "02 000000 000004 01 00000000 00000001 04 000000 000004 08 01000000 af c4 00 c4 12 c4 10",
        "control": """
            02 000000 000004 05 00000000 002625a0 02 000000 000005 06 00000000 002625a0 02 02 000000 000006 04 00000000
            0000 00000000 42 000000 00000a 04 0003 00000001 000003e8 c2 0003 00000001 000003e8 42 000000 000004 03
            00001000 02 000000 000006 04 00000000 0006 000003e8""",
        "aggregate": """
            04 000064 00001e 16 01000000 08 000002 000010 00 000000 af01 0000000d 09 000002 000020 00 000000 1701
            0000000d""",
        "empty-messages": "03 000000 000000 14 00000000 c3 c3 43 000001 000000 14",
        "timestamp-back": "04 000100 000001 08 01000000 aa 44 fffffe 000001 08 ab 04 000001 000001 08 01000000 ac",
    },
    "CodecConfiguration": {
        "avc-record": AVC_RECORD + "0142c00affe10016 6742c00ada11ec044000000300400000030283c489a8 010004 68ce0fc8",
        "avc-record-high": AVC_RECORD + """
            0164001fffe1001d 6764001facd9405005bb016a0c020c80000003008000001e478c18cb 01000668ebe3cb22c0 fdf8f800""",
        "avc-record-extension": AVC_RECORD + """
            0164001fffe1001d 6764001facd9405005bb016a0c020c80000003008000001e478c18cb 01000668ebe3cb22c0 fdf8f801 0002 6d80""",
        "avc-record-without-sets": AVC_RECORD + "0142c00affe0",
        "avc-record-three-byte-length": AVC_RECORD + "0142c00afee0 00",
        "avc-sps-baseline": AVC_SEQUENCE_PARAMETER_SET + "6742c00ada11ec044000000300400000030283c489a8",
        "avc-sps-high": AVC_SEQUENCE_PARAMETER_SET + "6764001facd9405005bb016a0c020c80000003008000001e478c18cb",
        "avc-sps-high-444": AVC_SEQUENCE_PARAMETER_SET + "67f4000d919b28283f6022000003000200000300641e28532c",
        "avc-sps-absurd": AVC_SEQUENCE_PARAMETER_SET + "6742c00a f8 00000001 00000001 00000001 00000001",
        "aac-lc": AUDIO_SPECIFIC_CONFIG + "1210",
        "aac-he-explicit": AUDIO_SPECIFIC_CONFIG + "2b8a0800",
        "aac-he-backward-compatible": AUDIO_SPECIFIC_CONFIG + "139056e5a0",
        "aac-he-v2": AUDIO_SPECIFIC_CONFIG + "eb8a0800",
        "aac-he-v2-backward-compatible": AUDIO_SPECIFIC_CONFIG + "138856e5a54880",
        "aac-program-config": AUDIO_SPECIFIC_CONFIG + "1180 04c844002000",
        "aac-escaped-frequency": AUDIO_SPECIFIC_CONFIG + "17 80 5d c0 10",
        "aac-eld": AUDIO_SPECIFIC_CONFIG + "f8e85000",
        "mp3": MPEG_AUDIO_HEADER + "fffb9064",
        "mp3-free-format": MPEG_AUDIO_HEADER + "fffb0064",
        "mp2-low-rate": MPEG_AUDIO_HEADER + "fff51040",
        "adts": ADTS_FRAMES + "fff1508001bffc 211004608c1c fff1508001bffc 211004608c1c",
        "adts-checksum": ADTS_FRAMES + "fff0508001fffc 0000 211004608c1c",
        "annex-b": ANNEX_B + "00000001 09f0 000001 6742c00a 00 00000001 68ce0fc8 000001 6588843a0000030000",
        "length-prefixed": ANNEX_B + "00000002 09f0 00000000 00000004 68ce0fc8 000000ff 65",
        "hevc-record": HEVC_CONFIGURATION + """
            0101600000009000000000003cf000fcfdf8f800000f03 2000010018
            40010c01ffff01600000030090000003000003003c959409 210001002b
            42010101600000030090000003000003003ca00a080c1f3e595952930bc05a020000030002000003003210 2200010006
            4401c073c189""",
        "hevc-record-light": HEVC_CONFIGURATION + """
            01022000000090000000000078f000fcfdfafa00000f04 2000010018
            40010c01ffff022000000300900000030000030078959409 210001002e
            420101022000000300900000030000030078a003c08011075336595952930bc11a84880482000007d20000ea6010
            2200010006 4401c073c189 2700010009 4e01900403e8019080""",
        "hevc-record-many-units": HEVC_CONFIGURATION + "01 01600000009000000000003cf000fcfdf8f80000 0f01 20ffff 0000 0000",
        "hevc-vps": HEVC_PARAMETER_SETS + "40010c01ffff022000000300900000030000030078959409",
        "hevc-sps": HEVC_PARAMETER_SETS + "420101022000000300900000030000030078a003c08011075336595952930bc11a84880482000007d20000ea6010",
        "vvc-record": VVC_RECORD + """
            00000000ff00655f010210800000004000300000028f00010093007900ab021080000080820c46a00737ffac21365630
            4082
            70032831610860c442064883521e8f56a4bc926a4b2445a88bc449a88914911264889351964842d4217842f56a4bc97a
            8650
            62c4031620204204040a8408081a4204040b1020204410102c820204840419020442040b2102048810682049041c20c8
            1168 412421c43425c8e5433046714000000300400000064620900001000a00810000410622241f41""",
        "vvc-record-bare": VVC_RECORD + "fe 02 0c 0003 006001 8f 0001 0003 007900",
        "av1-record": AV1_RECORD + "81000c00 0a0b0200000521e7f66017c002",
        "av1-record-colours": AV1_RECORD + "81054c00 0a0f0200002d2a67fd9e017c2848804820",
        "av1-record-full-chroma": AV1_RECORD + "81200000 0a0a20000002aff79b5f2040",
        "av1-temporal-unit": AV1_TEMPORAL_UNIT + """
            1200 0a0f0200002d2a67fd9e257ca848804820 2a060103e8019080
            2a1a02ae1451ec43d7b0a426660f5c500d54390003e8000000005280 3204 10008800""",
        "av1-delimiters": AV1_TEMPORAL_UNIT + "1200 3201aa 1200 3e2801aa 92ff",
        "vp-record": VP_RECORD + "01000000 000b820202020000",
        "vp-record-bare": VP_RECORD + "0133860101010000",
        "vp9-key-frame": VP_FRAME + "824983420014100b560638241c184a00",
        "vp9-key-frame-ten-bits": VP_FRAME + "924983425001f8017b1b1c120e0ca700",
        "vp9-rgb": VP_FRAME + "a2 498342 e0 00 f0 00 f0",
        "vp8-key-frame": VP_FRAME + "1067009d012a4201b600000708858588",
        "light-sei": LIGHT_METADATA + """
            0000001e 4e01 8918 33c2 86c4 1d4c 0bb8 84d0 3e80 3d13 4042 00989680 00000032 80 00000009
            4e01900403e8019080""",
        "light-obus": LIGHT_METADATA + """
            0a0f0200002d2a67fd9e257ca848804820 2a060103e8019080
            2a1a02ae1451ec43d7b0a426660f5c500d54390003e8000000005280 3204 10008800""",
        "opus-stereo": OPUS_HEADER + "4f707573486561640102380180bb0000000000",
        "opus-surround": OPUS_HEADER + "4f707573486561640106380180bb00000000010402000401020305",
        "flac-file": FLAC_STREAM_INFO + "664c6143 00000022 0400040000010e0001780ac442f000002274360fd4eaa31bf4ab2e3a9e88ae53624a 0400002c",
        "flac-block": FLAC_STREAM_INFO + "80000022 044a044a00042e0005550bb80370000025809fb3b7bb5514b1833396bf6d9d21b790",
        "dac3": AC3_BOX + "103dc0",
        "dec3": AC3_BOX + "0c00200f00",
        "dec3-dependent": AC3_BOX + "0c00200f0204",
        "ac3-frame": AC3_FRAME + "0b77e3b81c40ebf8403eff74fe1e1080",
        "eac3-frame": AC3_FRAME + "0b7702ff3f87c000208020000200400003d81fba",
        "eac3-dependent": AC3_FRAME + "0b770007 3f87c0 00 0000000000000000 0b774007 3d87ea 340000 000000000000",
        "flac-frame": SAMPLE_COUNT + "fff8a98800e64c000000b50169021d02",
        "eac3-one-block": SAMPLE_COUNT + "0b770007 0487c0 00 0000000000000000 0b770007 0487c0 00 0000000000000000",
        "opus-packet": SAMPLE_COUNT + "ff03b02e",
        "aac-main-pce": AUDIO_SPECIFIC_CONFIG + "118004c80900010884000c4c61766336332e312e31303256e500",
        "aac-ld": AUDIO_SPECIFIC_CONFIG + "b99100",
    },
    "FLV": {
        "avc-and-aac": FLV_HEADER + tag(18, 0, META_DATA) + tag(9, 0, AVC_HEADER) + tag(8, 0, "af00 1210")
            + tag(9, 0, "1701000000 00000010 6588843a26280c9c9c9d75d75d75d75e") + tag(8, 0, "af01 211004608c1c")
            + tag(9, 200, "2701000028 00000006 419a2015a1b0") + tag(9, 240, "1702000000"),
        "annex-b": FLV_HEADER + tag(9, 0, AVC_HEADER)
            + tag(9, 0, "1701000000 00000001 09f0 000001 6588843a26280c 00000001 6588843a"),
        "annex-b-within-length": FLV_HEADER + tag(9, 0, AVC_HEADER) + tag(9, 0, "1701000000 00000007 00000001 658884"),
        "empty-and-cut-units": FLV_HEADER + tag(9, 0, AVC_HEADER)
            + tag(9, 0, "1701000000 00000000 00000002 6588 000000ff 65"),
        "sets-in-the-frame": FLV_HEADER + tag(9, 0, "1700000000 0142c00affe000")
            + tag(9, 0, "1701000000 00000016 6742c00ada11ec044000000300400000030283c489a8 00000004 68ce0fc8 00000002 6588"),
        "two-byte-lengths": FLV_HEADER
            + tag(9, 0, "1700000000 0142c00afde10016 6742c00ada11ec044000000300400000030283c489a8 010004 68ce0fc8")
            + tag(9, 0, "1701000000 0002 6588"),
        "change-of-codec": FLV_HEADER + tag(9, 0, AVC_HEADER) + tag(9, 0, "1701000000 00000002 6588") + tag(9, 1, "14 0102")
            + tag(9, 2, "1c00000000 0102") + tag(9, 3, "1c01000000 0304") + tag(9, 4, AVC_HEADER)
            + tag(9, 5, "1701000000 00000002 6588"),
        "adts": FLV_HEADER + tag(8, 0, "af01 fff1508001bffc 211004608c1c fff1508001bffc 211004608c1c"),
        "old-sounds": FLV_HEADER + "".join(tag(8, n, f"{n << 4 | 0xE:02x} 0102030405") for n in range(16)),
        "mp3": FLV_HEADER + tag(8, 0, "2f fffb9064 00000000") + tag(8, 26, "2e fff34064 00000000"),
        "set-data-frame": FLV_HEADER + tag(18, 0, "02000d40736574446174614672616d65" + META_DATA)
            + tag(18, 0, "02000f40636c656172446174614672616d65"),
        "data-behind-numbers": FLV_HEADER + tag(18, 0, "00 0000000000000000 00 0000000000000000" + META_DATA),
        "amf3-data": FLV_HEADER + tag(15, 0, "00" + META_DATA),
        "late-timestamp": FLV_HEADER + tag(9, 0xFFFFFFF0, AVC_HEADER) + tag(9, 16, "1701800000 00000002 6588"),
        "filtered-and-unknown": FLV_HEADER + tag(0x29, 0, "17") + tag(4, 0, "00") + tag(9, 0, "57 00"),
        "extended-headers": FLV_HEADER + tag(9, 0, "90 68766331 01") + tag(8, 0, "90 4f707573 00"),
        "extended-video": FLV_HEADER + tag(9, 0, "90 68766331" + HEVC_RECORD) + tag(9, 0, "91 68766331 0000c8 00000004 2601af11")
            + tag(9, 40, "a3 68766331 00000003 0001d0") + tag(9, 40, "d4 68766331" + COLOR_INFO) + tag(9, 80, "92 68766331")
            + tag(9, 80, "d1 01"),
        "extended-tracks": FLV_HEADER + tag(9, 0, AVC_HEADER) + tag(9, 0, "96 00 68766331 01" + HEVC_RECORD)
            + tag(9, 0, "96 13 68766331 01 000008 00000004 2601af11 02 000000")
            + tag(9, 40, "a6 23 61766331 00 000006 00000002 6588 68766331 01 000008 00000004 2601af11"),
        "extended-modifiers": FLV_HEADER + tag(8, 0, "90 6d703461 1190") + tag(8, 0, "97 02 07a120 01 6d703461 211004608c1c")
            + tag(8, 20, "97 00 55 17 03 00000105 01 6d703461 00 211004608c1c"),
        "extended-sounds": FLV_HEADER + tag(8, 0, "90 4f707573") + tag(8, 0, "94 4f707573 01 06 0000003f")
            + tag(8, 0, "91 4f707573 fc01") + tag(8, 0, "95 00 61632d33 01")
            + tag(8, 0, "95 01 61632d33 01 0b7796b900402f842903fe757cf9f3e7") + tag(8, 0, "95 01 2e6d7033 02 fffb9064")
            + tag(8, 0, "95 00 664c6143 03 040004000000000008150bb800f00000000000000000000000000000000000000000")
            + tag(8, 0, "95 01 664c6143 03 fff8aa08"),
        "extended-av1": FLV_HEADER + tag(9, 0, "95 61763031 8004 81000cd0")
            + tag(9, 0, "91 61763031 1200 0a0a0000000227fe6d7c8020 320b1000c000000280000002ce")
            + tag(9, 40, "a1 61763031 000028 320b1000c000000280000002ce"),
        "extended-vp9": FLV_HEADER + tag(9, 0, "90 76703039 01000000 000a820202020000")
            + tag(9, 0, "91 76703039 824983420001f001f60038241c184a00003060000022d5c000"),
        "long-header": "464c5601 05 0000000c 000000 00000000" + tag(8, 0, "af00 1210"),
    },
}


def main() -> None:
    corpus = pathlib.Path(__file__).resolve().parent / "Corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    for decoder, seeds in SEEDS.items():
        folder = corpus / decoder
        folder.mkdir(parents=True)
        for name, text in seeds.items():
            (folder / name).write_bytes(bytes.fromhex(text))


if __name__ == "__main__":
    main()
