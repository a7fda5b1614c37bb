import NIOCore

/// The 1,536 bytes of C1, S1, C2 or S2 (RTMP 1.0 §5.2.3, §5.2.4): time 4, version or second time 4, random 1,528.
struct HandshakePacket: Equatable, Sendable {
    static let size = 1536
    /// How many of the bytes are free to be random.
    static let randomSize = 1528
    /// C0 or S0 for plain RTMP (RTMP 1.0 §5.2.2).
    static let version: UInt8 = 3

    /// Always `size` bytes.
    private(set) var bytes: [UInt8]

    /// Makes a packet of time 0.
    ///
    /// Too few random bytes are filled up with zeros, what is too many is left out.
    init(version: [UInt8] = [0, 0, 0, 0], random: [UInt8]) {
        bytes = [0, 0, 0, 0] + version.prefix(4) + random.prefix(Self.randomSize)
        bytes += repeatElement(0, count: max(0, Self.size - bytes.count))
    }

    /// Moves bytes from `bytes` to `collected` until that holds a packet, which it then gives up; `nil` until then.
    init?(collecting collected: inout ByteBuffer, from bytes: inout ByteBuffer) {
        let wanted = max(0, Self.size - collected.readableBytes)
        if let part = bytes.readSlice(length: min(wanted, bytes.readableBytes)) {
            collected.writeImmutableBuffer(part)
        }
        guard let packet = collected.readBytes(length: Self.size) else { return nil }
        collected = ByteBuffer()
        self.bytes = packet
    }

    /// Whether bytes 4 to 7 name a version; only peers that can do the digest form set them.
    var hasVersion: Bool { bytes[4..<8].contains { $0 != 0 } }

    /// The sum of four bytes, which point to where something is: 0 … 1,020; 0 where the packet has no such bytes.
    func sum(at offset: Int) -> Int {
        bytes.dropFirst(offset).prefix(4).reduce(0) { $0 + Int($1) }
    }

    /// The bytes at `offset`, as far as the packet reaches.
    func part(at offset: Int, length: Int) -> [UInt8] {
        Array(bytes.dropFirst(offset).prefix(length))
    }

    /// Puts `part` in the place of the bytes at `offset`, as far as they reach.
    mutating func replace(at offset: Int, with part: [UInt8]) {
        for (index, byte) in zip(offset..<Self.size, part) { bytes[index] = byte }
    }

    /// As many random bytes as a packet has room for, which go on the wire as they are and are no secret.
    ///
    /// A series (SplitMix64) that begins where `generator` says: to ask the system for each eight of them would be 191 system
    /// calls, more than all else that a connection begins with.
    static func randomBytes(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(randomSize)
        var state: UInt64 = generator.next()
        while bytes.count < randomSize {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            withUnsafeBytes(of: mixed ^ (mixed >> 31)) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
