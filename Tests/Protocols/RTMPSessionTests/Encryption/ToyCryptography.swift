import NIOCore
import RTMPSession

/// Arithmetic modulo 2^61 − 1 in place of the real thing: it commutes, which is all that an agreement needs.
struct ToyCryptography: RTMPECryptography {
    private static let modulus: UInt64 = 1 << 61 - 1

    func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8] {
        var result: UInt64 = 1
        var factor = reduced(base)
        for byte in exponent.reversed() {
            for bit in 0..<8 {
                if byte >> bit & 1 == 1 { result = product(result, factor) }
                factor = product(factor, factor)
            }
        }
        return [UInt8](repeating: 0, count: modulus.count - 8)
            + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: result >> $0) }
    }

    func keystream(key: [UInt8]) -> any RTMPEKeystream {
        ToyKeystream(state: key.reduce(17) { $0 &* 31 &+ UInt64($1) })
    }

    private func reduced(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0) { (product($0, 256) + UInt64($1)) % Self.modulus }
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
