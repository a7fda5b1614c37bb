import NIOCore
import RTMPSession

extension DecoderProperty {
    /// RTMP's tunnel through HTTP: a path is read as it was written; whatever requests come, the server's end hands out each
    /// byte once, and the same answer for a repetition; whatever a server answers, the client's end asks for plain paths.
    public static let tunnel = DecoderProperty("Tunnel") { bytes in
        if let request = RTMPTunnelRequest(path: String(buffer: bytes)) {
            try require(
                RTMPTunnelRequest(path: request.path) == request, "the path of a request is read as it was written")
        }
        try checkServer(bytes)
        try checkClient(bytes)
    }

    private static let beginning = NIODeadline.uptimeNanoseconds(0)

    /// Takes each byte for what happens next: how much is written, then which request comes.
    private static func checkServer(_ program: ByteBuffer) throws {
        guard let id = RTMPTunnelID(String(repeating: "0", count: 32)) else { return }
        var tunnel = RTMPTunnel(now: beginning)
        var number: UInt32 = 0
        var lastAnswer = ByteBuffer()
        for byte in program.readableBytesView {
            let written = Int(byte >> 2)
            _ = tunnel.write(ByteBuffer(repeating: byte, count: written))
            let isRepeated = byte & 2 != 0 && number > 0
            let call = RTMPTunnelRequest.Call(
                tunnel: id, purpose: byte & 1 == 0 ? .send : .idle, sequenceNumber: isRepeated ? number - 1 : number)
            guard let arrival = try? tunnel.receive(call, body: ByteBuffer(integer: byte), now: beginning) else {
                return try require(isRepeated, "a request in order is no fault")
            }
            switch arrival {
            case .repetition(let answer):
                try require(isRepeated && answer == lastAnswer, "a repetition gets the last answer")
            case .bytes:
                let waiting = tunnel.isDrained
                lastAnswer = tunnel.answer()
                try require(lastAnswer.readableBytes >= 1 + written, "an answer brings all that was written")
                try require(waiting == (lastAnswer.readableBytes == 1), "nothing else is in it")
                try require(tunnel.isDrained, "nothing is left behind")
                number += 1
            case .closing:
                try require(false, "nobody closed")
            }
        }
    }

    /// Takes the bytes for the answer to `open`, and again for all that follow.
    private static func checkClient(_ answer: ByteBuffer) throws {
        var client = RTMPTunnelClient()
        for _ in 0..<3 {
            guard let request = client.nextRequest(now: beginning + .seconds(1)) else { return }
            let isPlain = request.path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "?") }
            try require(isPlain && request.path.utf8.count <= 128, "the client asks for plain paths")
            guard let bytes = try? client.receive(status: 200, body: answer, now: beginning) else { return }
            try require(bytes.readableBytes < max(1, answer.readableBytes), "the poll interval is not of the stream")
            client.write(bytes)
        }
    }
}
