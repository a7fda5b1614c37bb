import Crypto
import NIOCore
import TestSupport

/// 1,528 bytes that look random enough, the same in the script that made the known answers.
func handshakeBytes(_ factor: Int, _ summand: Int) -> [UInt8] {
    (0..<1528).map { UInt8(truncatingIfNeeded: $0 * factor + summand) }
}

/// The digests of the complex handshake as other servers describe them, written apart from the code that they check:
/// HMAC from its definition (RFC 2104) over SHA-256, positions as plain sums.
enum ExpectedDigest {
    static let playerName = Array("Genuine Adobe Flash Player 001".utf8)
    static let serverName = Array("Genuine Adobe Flash Media Server 001".utf8)
    static let tail = [UInt8](
        ByteBuffer(hex: "F0EEC24A8068BEE82E00D0D1029E7E576EEC5D2D29806FAB93B8E636CFEB31AE").readableBytesView)

    static func hmac(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? Array(SHA256.hash(data: key)) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = Array(SHA256.hash(data: block.map { $0 ^ 0x36 } + text))
        return Array(SHA256.hash(data: block.map { $0 ^ 0x5C } + inner))
    }

    static func offset(_ packet: [UInt8], late: Bool) -> Int {
        late
            ? (Int(packet[772]) + Int(packet[773]) + Int(packet[774]) + Int(packet[775])) % 728 + 776
            : (Int(packet[8]) + Int(packet[9]) + Int(packet[10]) + Int(packet[11])) % 728 + 12
    }

    /// The digest that `packet` carries, and the one that it should carry.
    static func digests(_ packet: [UInt8], late: Bool, name: [UInt8]) -> (found: [UInt8], expected: [UInt8]) {
        let offset = offset(packet, late: late)
        return (
            Array(packet[offset..<offset + 32]), hmac(name, Array(packet[0..<offset]) + Array(packet[(offset + 32)...]))
        )
    }

    /// The signature at the end of C2 or S2 that answers `digest`.
    static func signature(_ packet: [UInt8], name: [UInt8], answering digest: [UInt8]) -> [UInt8] {
        hmac(hmac(name + tail, digest), Array(packet[0..<1504]))
    }

    /// C1 as a player makes it, after a C0 of 3.
    static func opening(late: Bool, version: [UInt8] = [9, 0, 124, 2]) -> (bytes: ByteBuffer, digest: [UInt8]) {
        var packet = [0, 0, 0, 0] + version + handshakeBytes(7, 3)
        let offset = offset(packet, late: late)
        let digest = digests(packet, late: late, name: playerName).expected
        packet.replaceSubrange(offset..<offset + 32, with: digest)
        return (ByteBuffer(bytes: [3] + packet), digest)
    }
}
