import NIOCore
import RTMPSession

/// Arithmetic modulo 2^64 − 59, a prime, in place of the real thing: it commutes, which is all that an agreement needs.
///
/// The first eight bytes of a number count, so that as few as of the real ones have a zero in front.
struct ToyCryptography: RTMPECryptography {
    private static let modulus = UInt64.max - 58

    func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8] {
        var result: UInt64 = 1
        var factor = reduced(base)
        for byte in exponent.reversed() {
            for bit in 0..<8 {
                if byte >> bit & 1 == 1 { result = product(result, factor) }
                factor = product(factor, factor)
            }
        }
        return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: result >> $0) }
            + [UInt8](repeating: 0, count: modulus.count - 8)
    }

    func keystream(key: [UInt8]) -> any RTMPEKeystream {
        ToyKeystream(state: key.reduce(17) { $0 &* 31 &+ UInt64($1) })
    }

    private func reduced(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } % Self.modulus
    }

    private func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let full = one.multipliedFullWidth(by: other)
        return Self.modulus.dividingFullWidth((full.high % Self.modulus, full.low)).remainder
    }
}

private struct ToyKeystream: RTMPEKeystream {
    var state: UInt64

    mutating func apply(to bytes: ByteBuffer) -> ByteBuffer {
        ByteBuffer(
            bytes: bytes.readableBytesView.map { byte in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return byte ^ UInt8(truncatingIfNeeded: state >> 33)
            })
    }
}
