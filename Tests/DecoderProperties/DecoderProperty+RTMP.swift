import NIOCore
import RTMPSession

extension DecoderProperty {
    /// Both halves of the RTMP handshake: however the bytes are cut, they say the same, and take no more than is theirs.
    public static let handshake = DecoderProperty("Handshake") { bytes in
        let random = [UInt8](repeating: 7, count: 1528)
        let server = ServerHandshake(randomBytes: random)
        try requireSame(bytes, "the server's handshake does not depend on the cutting") { (pieces) in
            var server = server
            return try HandshakeOutcome(pieces) {
                try server.receive(&$0)
            } isComplete: {
                server.isComplete
            }
        }
        try requireSame(bytes, "the server's encrypted handshake does not depend on the cutting") { pieces in
            var numbers = SameNumbers()
            var server = ServerHandshake(using: &numbers, cryptography: NoCryptography())
            return try HandshakeOutcome(pieces) {
                try server.receive(&$0)
            } isComplete: {
                server.isComplete
            }
        }
        try requireSame(bytes, "the client's encrypted handshake does not depend on the cutting") { pieces in
            var numbers = SameNumbers()
            var client = ClientHandshake(using: &numbers, cryptography: NoCryptography())
            return try HandshakeOutcome(pieces) {
                try client.receive(&$0)
            } isComplete: {
                client.isComplete
            }
        }
        for form in [HandshakeForm.simple, .earlyDigest, .lateDigest] {
            let client = ClientHandshake(randomBytes: random, form: form)
            try requireSame(bytes, "the client's handshake does not depend on the cutting") { (pieces) in
                var client = client
                return try HandshakeOutcome(pieces) {
                    try client.receive(&$0)
                } isComplete: {
                    client.isComplete
                }
            }
        }
    }

    /// `ChunkStreamReader`: however the bytes are cut, the same messages come out, and what a writer makes of them is
    /// read as the same messages again.
    public static let chunkStream = DecoderProperty("ChunkStream") { bytes in
        try requireSame(bytes, "a chunk stream does not depend on the cutting") { ChunkStreamOutcome($0) }
        let messages = ChunkStreamOutcome([bytes]).messages
        try requireSame(written(messages), "messages are read as they were written") { pieces in
            let outcome = ChunkStreamOutcome(pieces)
            try require(outcome.messages == messages, "messages are read as they were written")
            try require(outcome.fault == nil, "what the writer makes is no fault")
            return outcome
        }
        for message in messages {
            if let control = try? ControlMessage(parsing: message) {
                try require(
                    try ControlMessage(parsing: control.message) == control, "a control message is read as written")
            }
            // A fault is right for what is no aggregate message; the sum is held against those that are.
            guard let parts = try? AggregateMessage.messages(in: message) else { continue }
            let total = parts.reduce(0) { $0 + $1.payload.readableBytes }
            try require(total <= message.payload.readableBytes, "an aggregate has room for its messages")
        }
    }

    private static func written(_ messages: [RTMPMessage]) -> ByteBuffer {
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        for (index, message) in messages.enumerated() {
            writer.write(message, chunkStreamID: 3 + UInt32(index % 3), into: &bytes)
        }
        return bytes
    }
}

/// What stands for chance.
private struct SameNumbers: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0x0707_0707_0707_0707 }
}

/// What stands for cryptography: the handshake around it is what is looked at.
private struct NoCryptography: RTMPECryptography {
    private struct Keystream: RTMPEKeystream {
        mutating func apply(to bytes: ByteBuffer) -> ByteBuffer { bytes }
    }

    func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 3, count: modulus.count)
    }

    func keystream(key: [UInt8]) -> any RTMPEKeystream { Keystream() }
}

/// What a half of a handshake made of some bytes.
private struct HandshakeOutcome: Equatable {
    var answer = ByteBuffer()
    var isComplete = false
    var rest = ByteBuffer()
    var fault: RTMPFault?

    init(
        _ pieces: [ByteBuffer], receive: (inout ByteBuffer) throws -> ByteBuffer?, isComplete: () -> Bool
    ) throws {
        for var piece in pieces {
            do {
                if let answer = try receive(&piece) {
                    try require(self.answer.readableBytes == 0, "a handshake answers once")
                    self.answer = answer
                }
            } catch let fault as RTMPFault {
                self.fault = fault
                return
            }
            rest.writeBuffer(&piece)
            try require(rest.readableBytes == 0 || isComplete(), "a handshake takes all until it is complete")
        }
        self.isComplete = isComplete()
    }
}

/// What a reader of chunks made of some bytes.
private struct ChunkStreamOutcome: Equatable {
    var messages: [RTMPMessage] = []
    var fault: RTMPFault?

    init(_ pieces: [ByteBuffer]) {
        var reader = ChunkStreamReader()
        do throws(RTMPFault) {
            for piece in pieces {
                reader.append(piece)
                while let message = try reader.nextMessage() { messages.append(message) }
            }
        } catch {
            fault = error
        }
    }
}
