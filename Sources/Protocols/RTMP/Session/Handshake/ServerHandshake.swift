public import NIOCore

/// The server's half of the handshake (RTMP 1.0 §5.2), simple or with digests, whichever the client brings.
///
/// What real clients insist on decides the details. The version field of S1 is 0 unless S1 carries a digest, because
/// FFmpeg's player wants one from 3 on. S2 echoes C1 to the byte unless C1 carried a digest, because Streamlabs on iOS
/// compares. C2 is counted, never compared, because FFmpeg's publisher sends none that would hold.
public struct ServerHandshake: Sendable {
    private enum Phase: Sendable {
        /// Until C0. Then `awaitingC1`.
        case awaitingC0
        /// Until all of C1 is in `collected`. Then `awaitingC2`, and S0, S1 and S2 go out together.
        case awaitingC1
        /// Until this many more bytes have been skipped. Then `complete`.
        case awaitingC2(missing: Int)
        case complete
    }

    private var phase = Phase.awaitingC0
    private var collected = ByteBuffer()
    private let random: [UInt8]
    /// The form that the client chose; `nil` until C1 is there.
    public private(set) var form: HandshakeForm?

    /// The version in an S1 with digest.
    ///
    /// FFmpeg's player checks the digest when the first byte is 3 or more.
    private static let digestVersion: [UInt8] = [4, 0, 0, 1]

    /// Makes a handshake that sends `randomBytes`: 1,528 of them, which need not be secret.
    ///
    /// Zeros stand for missing ones.
    public init(randomBytes: [UInt8]) {
        random = randomBytes
    }

    /// Makes a handshake with random bytes of `generator`.
    public init(using generator: inout some RandomNumberGenerator) {
        self.init(randomBytes: HandshakePacket.randomBytes(using: &generator))
    }

    /// Whether the client's half is complete, so that chunks follow in both directions.
    public var isComplete: Bool {
        if case .complete = phase { true } else { false }
    }

    /// Takes what belongs to the handshake from the front of `bytes`, however little there is, and leaves the rest.
    ///
    /// - Returns: What to send to the client, once: S0, S1 and S2.
    /// - Throws: At the first byte, for peers that do not speak RTMP: `.tlsOnPlainPort`, `.httpRequest`,
    ///   `.forbiddenVersion`. To any other version the answer is 3, and the client may go (RTMP 1.0 §5.2.2).
    public mutating func receive(_ bytes: inout ByteBuffer) throws(RTMPFault) -> ByteBuffer? {
        var answer: ByteBuffer?
        while bytes.readableBytes > 0 {
            switch phase {
            case .awaitingC0:
                try checkVersion(bytes.getInteger(at: bytes.readerIndex) ?? 0)
                bytes.moveReaderIndex(forwardBy: 1)
                phase = .awaitingC1
            case .awaitingC1:
                guard let c1 = HandshakePacket(collecting: &collected, from: &bytes) else { return answer }
                answer = self.answer(to: c1)
                phase = .awaitingC2(missing: HandshakePacket.size)
            case .awaitingC2(let missing):
                let count = min(missing, bytes.readableBytes)
                bytes.moveReaderIndex(forwardBy: count)
                phase = count == missing ? .complete : .awaitingC2(missing: missing - count)
            case .complete:
                return answer
            }
        }
        return answer
    }

    private func checkVersion(_ version: UInt8) throws(RTMPFault) {
        switch version {
        case 0x16:
            throw .tlsOnPlainPort
        case UInt8(ascii: "G"), UInt8(ascii: "P"), UInt8(ascii: "H"), UInt8(ascii: "O"), UInt8(ascii: "D"),
            UInt8(ascii: "C"), UInt8(ascii: "T"):
            throw .httpRequest(firstByte: version)
        case 32...:
            throw .forbiddenVersion(version)
        default: break
        }
    }

    private mutating func answer(to c1: HandshakePacket) -> ByteBuffer {
        let found = c1.hasVersion ? HandshakeDigest.find(in: c1, by: .client) : nil
        form = HandshakeForm(found?.layout)
        var s1 = HandshakePacket(random: random)
        var s2 = c1
        if let found {
            s1 = HandshakePacket(version: Self.digestVersion, random: random)
            _ = HandshakeDigest.seal(&s1, by: .server, found.layout)
            s2 = HandshakePacket(random: random)
            HandshakeDigest.sign(&s2, by: .server, answering: found.digest)
        }
        var answer = ByteBuffer()
        answer.reserveCapacity(1 + 2 * HandshakePacket.size)
        answer.writeInteger(HandshakePacket.version)
        answer.writeBytes(s1.bytes)
        answer.writeBytes(s2.bytes)
        return answer
    }
}
