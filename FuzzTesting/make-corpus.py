#!/usr/bin/env python3
"""Writes the seeds of Corpus: for each decoder a few inputs that reach what chance would take long to find.

The hexadecimal text below is the source; the files are committed so that a fuzz run needs no Python.
"""

import pathlib
import shutil

CONNECT = """
    020007636f6e6e656374 003ff0000000000000 03 0003617070 0200046c697665 000474797065 02000a6e6f6e70726976617465
    0008666c617368566572 020008464d4c452f332e30 0005746355726c 02001572746d703a2f2f3132372e302e302e312f6c697665 000009
"""

# Name of the decoder -> name of the seed -> bytes.
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
