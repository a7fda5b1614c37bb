public import NIOCore

/// The client's half of the handshake (RTMP 1.0 §5.2), simple, with digests or encrypted.
///
/// It insists on nothing but encryption where that is wanted: a server whose digest or echo is wrong is still a server that answered, and what was found is
/// there to be logged.
public struct ClientHandshake: Sendable {
    private enum Phase: Sendable {
        /// Until S0. Then `awaitingS1`.
        case awaitingS0
        /// Until all of S1 is in `collected`. Then `awaitingS2`, and C2 goes out.
        case awaitingS1
        /// Until all of S2 is in `collected`. Then `complete`.
        case awaitingS2
        case complete
    }

    /// C0 and C1: what the client sends before it has received anything.
    public let opening: ByteBuffer
    /// Whether S1 carries a digest that holds.
    public private(set) var isServerDigestValid = false
    /// Whether S2 is what a faithful server sends: signed over the digest of C1, or an echo of C1.
    public private(set) var isServerAnswerValid = false

    private var phase = Phase.awaitingS0
    private var collected = ByteBuffer()
    private let c1: HandshakePacket
    private let ownDigest: [UInt8]?
    private let random: [UInt8]
    private let encryption: RTMPEncryption?
    private let ownPublicKey: [UInt8]
    /// The version that the server chose, of those that mean encryption.
    private var encryptedVersion: RTMPEncryption.Version?
    /// What the bytes behind the handshake are encrypted with; `nil` for plain RTMP, and until S1 is there.
    private(set) var keystreams: RTMPEKeystreams?

    /// The version in a C1 with digest: Flash Player 9.0.124.2, as FFmpeg says.
    private static let digestVersion: [UInt8] = [9, 0, 124, 2]
    /// The version in an encrypted C1, as FFmpeg and librtmp say.
    private static let encryptedC1Version: [UInt8] = [128, 0, 3, 2]

    /// Makes a handshake that sends `randomBytes`: 1,528 of them, which need not be secret.
    ///
    /// Zeros stand for missing ones.
    public init(randomBytes: [UInt8], form: HandshakeForm = .simple) {
        random = randomBytes
        encryption = nil
        ownPublicKey = []
        var c1 = HandshakePacket(random: randomBytes)
        if let layout = form.layout {
            c1 = HandshakePacket(version: Self.digestVersion, random: randomBytes)
            ownDigest = HandshakeDigest.seal(&c1, by: .client, layout)
        } else {
            ownDigest = nil
        }
        self.c1 = c1
        opening = Self.joined(HandshakePacket.version, c1)
    }

    /// Makes a handshake for encrypted RTMP (RTMPE), with random bytes of `generator`, which must be unforeseeable.
    public init(using generator: inout some RandomNumberGenerator, cryptography: any RTMPECryptography) {
        random = HandshakePacket.randomBytes(using: &generator)
        let encryption = RTMPEncryption(cryptography, using: &generator)
        self.encryption = encryption
        ownPublicKey = encryption.publicKey
        var c1 = HandshakePacket(version: Self.encryptedC1Version, random: random)
        c1.replace(at: HandshakeDigest.Layout.late.keyOffset(in: c1), with: ownPublicKey)
        ownDigest = HandshakeDigest.seal(&c1, by: .client, .late)
        self.c1 = c1
        opening = Self.joined(RTMPEncryption.Version.plainSignatures.rawValue, c1)
    }

    private static func joined(_ version: UInt8, _ c1: HandshakePacket) -> ByteBuffer {
        var opening = ByteBuffer()
        opening.writeInteger(version)
        opening.writeBytes(c1.bytes)
        return opening
    }

    /// Makes a handshake with random bytes of `generator`.
    public init(using generator: inout some RandomNumberGenerator, form: HandshakeForm = .simple) {
        self.init(randomBytes: HandshakePacket.randomBytes(using: &generator), form: form)
    }

    /// Whether the server's half is complete, so that chunks follow in both directions.
    public var isComplete: Bool {
        if case .complete = phase { true } else { false }
    }

    /// Takes what belongs to the handshake from the front of `bytes`, however little there is, and leaves the rest.
    ///
    /// - Returns: What to send to the server, once: C2.
    /// - Throws: `.unsupportedServerVersion` or `.forbiddenVersion` when S0 is not 3, or, where encryption is wanted, neither
    ///   6 nor 8; then also `.digestMissing` and `.publicKeyOutOfRange`.
    public mutating func receive(_ bytes: inout ByteBuffer) throws(RTMPFault) -> ByteBuffer? {
        var answer: ByteBuffer?
        while bytes.readableBytes > 0 {
            switch phase {
            case .awaitingS0:
                try checkVersion(bytes.getInteger(at: bytes.readerIndex) ?? 0)
                bytes.moveReaderIndex(forwardBy: 1)
                phase = .awaitingS1
            case .awaitingS1:
                guard let s1 = HandshakePacket(collecting: &collected, from: &bytes) else { return answer }
                answer = try self.answer(to: s1)
                phase = .awaitingS2
            case .awaitingS2:
                guard let s2 = HandshakePacket(collecting: &collected, from: &bytes) else { return answer }
                isServerAnswerValid = isFaithful(s2)
                phase = .complete
            case .complete:
                return answer
            }
        }
        return answer
    }

    private mutating func checkVersion(_ version: UInt8) throws(RTMPFault) {
        guard version < 32 else { throw .forbiddenVersion(version) }
        if encryption != nil {
            encryptedVersion = RTMPEncryption.Version(rawValue: version)
            if encryptedVersion == nil { throw .unsupportedServerVersion(version) }
        } else {
            guard version == HandshakePacket.version else { throw .unsupportedServerVersion(version) }
        }
    }

    private mutating func answer(to s1: HandshakePacket) throws(RTMPFault) -> ByteBuffer {
        let found = s1.hasVersion ? HandshakeDigest.find(in: s1, by: .server) : nil
        isServerDigestValid = found != nil
        if let encryption {
            guard let found else { throw .digestMissing }
            keystreams = try encryption.agree(
                own: ownPublicKey, other: s1.part(at: found.layout.keyOffset(in: s1), length: DiffieHellman.size))
        }
        var c2 = s1
        if ownDigest != nil, let found {
            c2 = HandshakePacket(random: random)
            HandshakeDigest.sign(&c2, by: .client, answering: found.digest, isScrambled: isScrambled)
        }
        return ByteBuffer(bytes: c2.bytes)
    }

    private var isScrambled: Bool { encryptedVersion == .scrambledSignatures }

    private func isFaithful(_ s2: HandshakePacket) -> Bool {
        if let ownDigest, HandshakeDigest.isSigned(s2, by: .server, answering: ownDigest, isScrambled: isScrambled) {
            return true
        }
        // Some servers put the time at which they read C1 into bytes 4 to 7, as RTMP 1.0 §5.2.4 says.
        return s2.bytes.prefix(4) == c1.bytes.prefix(4) && s2.bytes.dropFirst(8) == c1.bytes.dropFirst(8)
    }
}
