import Crypto

/// The digests of the complex handshake, which Adobe never specified and every old player knows.
///
/// C1 and S1 carry an HMAC-SHA256 of themselves at a place that some of their own bytes point to; C2 and S2 end in a
/// signature over themselves whose key is made from the digest that they answer.
enum HandshakeDigest {
    static let size = 32

    /// Where in C1 or S1 the digest is.
    ///
    /// Other sources number the two, and not all in the same order.
    enum Layout: CaseIterable, Sendable {
        /// In the first half of the packet, where FFmpeg puts it.
        case early
        /// In the second half, where RTMPE clients put it.
        case late

        /// The offset of the digest in `packet`, 12 … 739 or 776 … 1,503.
        func offset(in packet: HandshakePacket) -> Int {
            let pointer = self == .early ? 8 : 772
            return packet.sum(at: pointer) % 728 + pointer + 4
        }

        /// The offset of the public key in `packet`, in the half that the digest is not in: 772 … 1,403 or 8 … 639.
        func keyOffset(in packet: HandshakePacket) -> Int {
            switch self {
            case .early: packet.sum(at: 1532) % 632 + 772
            case .late: packet.sum(at: 768) % 632 + 8
            }
        }
    }

    /// One of the two sides, with its keys.
    enum Side: Sendable {
        case client, server

        /// The key of the digest within C1 or S1: the product's name alone.
        fileprivate var shortKey: [UInt8] {
            switch self {
            case .client: Array("Genuine Adobe Flash Player 001".utf8)
            case .server: Array("Genuine Adobe Flash Media Server 001".utf8)
            }
        }

        /// The key of the signature of C2 or S2.
        fileprivate var fullKey: [UInt8] { shortKey + HandshakeDigest.keyTail }
    }

    private static let keyTail: [UInt8] = [
        0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0, 0xD1, 0x02, 0x9E, 0x7E, 0x57,
        0x6E, 0xEC, 0x5D, 0x2D, 0x29, 0x80, 0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE,
    ]

    /// Computes the digest of C1 or S1 and puts it in its place.
    ///
    /// Returns it.
    static func seal(_ packet: inout HandshakePacket, by side: Side, _ layout: Layout) -> [UInt8] {
        let offset = layout.offset(in: packet)
        let digest = digest(of: packet, at: offset, by: side)
        packet.replace(at: offset, with: digest)
        return digest
    }

    /// Finds the digest that `side` put into C1 or S1; `nil` when there is none that holds in either layout.
    static func find(in packet: HandshakePacket, by side: Side) -> (layout: Layout, digest: [UInt8])? {
        for layout in Layout.allCases {
            let offset = layout.offset(in: packet)
            let digest = digest(of: packet, at: offset, by: side)
            if packet.bytes[offset..<offset + size].elementsEqual(digest) { return (layout, digest) }
        }
        return nil
    }

    /// Signs C2 or S2 in its last 32 bytes, as the answer to a packet with the digest `answered`.
    static func sign(
        _ packet: inout HandshakePacket, by side: Side, answering answered: [UInt8], isScrambled: Bool = false
    ) {
        packet.replace(
            at: HandshakePacket.size - size,
            with: signature(of: packet, by: side, answering: answered, isScrambled: isScrambled))
    }

    /// Whether C2 or S2 ends in the signature of `side` that answers the digest `answered`.
    static func isSigned(
        _ packet: HandshakePacket, by side: Side, answering answered: [UInt8], isScrambled: Bool = false
    ) -> Bool {
        packet.bytes.suffix(size).elementsEqual(
            signature(of: packet, by: side, answering: answered, isScrambled: isScrambled))
    }

    private static func digest(of packet: HandshakePacket, at offset: Int, by side: Side) -> [UInt8] {
        hmac(key: side.shortKey, Array(packet.bytes[..<offset] + packet.bytes[(offset + size)...]))
    }

    private static func signature(
        of packet: HandshakePacket, by side: Side, answering answered: [UInt8], isScrambled: Bool
    ) -> [UInt8] {
        let key = hmac(key: side.fullKey, answered)
        let signature = hmac(key: key, packet.bytes.dropLast(size))
        return isScrambled ? SignatureScrambling.scramble(signature, key: key) : signature
    }

    private static func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
    }
}
