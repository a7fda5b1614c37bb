"""Writes the binary messages of a WebSocket to a file until the server closes it: websocket_viewer.py URL FILE

Texts, which only some forms have, go to the standard output, one on a line.
"""

import sys

import websocket


def main(url: str, file: str) -> None:
    viewer = websocket.create_connection(url, timeout=20)
    with open(file, "wb") as output:
        while True:
            try:
                kind, message = viewer.recv_data()
            except websocket.WebSocketConnectionClosedException:
                return
            if kind == websocket.ABNF.OPCODE_CLOSE:
                return
            if kind == websocket.ABNF.OPCODE_TEXT:
                print(message.decode(), flush=True)
                continue
            assert kind == websocket.ABNF.OPCODE_BINARY, f"a message of kind {kind}"
            output.write(message)


if __name__ == "__main__":
    main(*sys.argv[1:])
