public import NIOCore

/// The server's half of the handshake (RTMP 1.0 §5.2), simple, with digests or encrypted, whichever the client brings.
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
    private let encryption: RTMPEncryption?
    /// The version that the client asked for, of those that mean encryption.
    private var encryptedVersion: RTMPEncryption.Version?
    /// What the bytes behind the handshake are encrypted with; `nil` for plain RTMP, and until C1 is there.
    private(set) var keystreams: RTMPEKeystreams?
    /// The last 32 bytes of S1, which a client's proof of its SWF file builds on; `nil` until C1 is there.
    private(set) var swfChallenge: [UInt8]?
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
        encryption = nil
    }

    /// Makes a handshake with random bytes of `generator`, which must be unforeseeable where encryption is offered.
    ///
    /// - Parameter cryptography: what encryption is offered with; `nil` to refuse it.
    public init(
        using generator: inout some RandomNumberGenerator, cryptography: (any RTMPECryptography)? = nil
    ) {
        random = HandshakePacket.randomBytes(using: &generator)
        encryption = cryptography.map { RTMPEncryption($0, using: &generator) }
    }

    /// Whether the client asked for encryption, and everything behind the handshake is encrypted.
    public var isEncrypted: Bool { encryptedVersion != nil }

    /// Whether the client's half is complete, so that chunks follow in both directions.
    public var isComplete: Bool {
        if case .complete = phase { true } else { false }
    }

    /// Takes what belongs to the handshake from the front of `bytes`, however little there is, and leaves the rest.
    ///
    /// - Returns: What to send to the client, once: S0, S1 and S2.
    /// - Throws: At the first byte, for peers that do not speak RTMP: `.tlsOnPlainPort`, `.httpRequest`,
    ///   `.forbiddenVersion`; `.encryptionNotOffered`. To any other version the answer is 3, and the client may go (RTMP
    ///   1.0 §5.2.2). At C1, where encryption was asked for: `.digestMissing`, `.publicKeyOutOfRange`.
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
                answer = try encryption != nil && isEncrypted ? encryptedAnswer(to: c1) : self.answer(to: c1)
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

    private mutating func checkVersion(_ version: UInt8) throws(RTMPFault) {
        switch version {
        case 0x16:
            throw .tlsOnPlainPort
        case UInt8(ascii: "G"), UInt8(ascii: "P"), UInt8(ascii: "H"), UInt8(ascii: "O"), UInt8(ascii: "D"),
            UInt8(ascii: "C"), UInt8(ascii: "T"):
            throw .httpRequest(firstByte: version)
        case 32...:
            throw .forbiddenVersion(version)
        case 6, 8, 9:
            guard encryption != nil else { throw .encryptionNotOffered(version: version) }
            // Who asks for type 9, which scrambles with Blowfish, can do without; no living client does.
            encryptedVersion = RTMPEncryption.Version(rawValue: version) ?? .plainSignatures
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
        return joined(HandshakePacket.version, s1, s2)
    }

    /// The layout of an encrypted S1, whatever that of C1.
    ///
    /// FFmpeg's publisher looks for the key in this one without looking for a digest; FFmpeg's player and librtmp look for
    /// the digest in both.
    private static let encryptedLayout = HandshakeDigest.Layout.early

    /// Agrees on keys: the client's public key is in C1, the server's goes into S1.
    private mutating func encryptedAnswer(to c1: HandshakePacket) throws(RTMPFault) -> ByteBuffer {
        guard let encryption, let encryptedVersion else { return answer(to: c1) }
        guard let found = HandshakeDigest.find(in: c1, by: .client) else { throw .digestMissing }
        form = HandshakeForm(found.layout)
        let (publicKey, keystreams) = try encryption.answer(
            to: c1.part(at: found.layout.keyOffset(in: c1), length: DiffieHellman.size))
        self.keystreams = keystreams
        var s1 = HandshakePacket(version: Self.digestVersion, random: random)
        s1.replace(at: Self.encryptedLayout.keyOffset(in: s1), with: publicKey)
        _ = HandshakeDigest.seal(&s1, by: .server, Self.encryptedLayout)
        var s2 = HandshakePacket(random: random.reversed())
        HandshakeDigest.sign(
            &s2, by: .server, answering: found.digest, isScrambled: encryptedVersion == .scrambledSignatures)
        return joined(encryptedVersion.rawValue, s1, s2)
    }

    private mutating func joined(_ version: UInt8, _ s1: HandshakePacket, _ s2: HandshakePacket) -> ByteBuffer {
        swfChallenge = Array(s1.bytes.suffix(HandshakeDigest.size))
        var answer = ByteBuffer()
        answer.reserveCapacity(1 + 2 * HandshakePacket.size)
        answer.writeInteger(version)
        answer.writeBytes(s1.bytes)
        answer.writeBytes(s2.bytes)
        return answer
    }
}
