import CLibCrypto
import NIOCore
public import RTMPSession

/// OpenSSL's libcrypto: what encrypted RTMP needs of a cryptographic library.
///
/// Neither CryptoKit nor Swift Crypto has RC4 or large numbers.
public struct LibCrypto: RTMPECryptography {
    /// There is but one.
    public init() {}

    /// `base` to the power of `exponent` modulo `modulus`, in the same time for every exponent.
    public func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8] {
        guard let base = Number(base), let exponent = Number(exponent), let divisor = Number(modulus),
            let result = Number([]), let scratch = BN_CTX_new()
        else { return [] }
        defer { BN_CTX_free(scratch) }
        BN_set_flags(exponent.value, BN_FLG_CONSTTIME)
        guard BN_mod_exp(result.value, base.value, exponent.value, divisor.value, scratch) == 1 else { return [] }
        return result.bytes(count: modulus.count)
    }

    /// The keystream of RC4.
    public func keystream(key: [UInt8]) -> any RTMPEKeystream { RC4(key: key) }
}

/// A large number of libcrypto's, wiped when it is let go of.
private final class Number {
    let value: OpaquePointer

    init?(_ bytes: [UInt8]) {
        let made = bytes.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32(clamping: $0.count), nil) }
        guard let made else { return nil }
        value = made
    }

    deinit { BN_clear_free(value) }

    /// The number in so many bytes, or none when it needs more.
    func bytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let written = bytes.withUnsafeMutableBufferPointer {
            BN_bn2binpad(value, $0.baseAddress, Int32(clamping: $0.count))
        }
        return written == count ? bytes : []
    }
}

/// A keystream of RC4.
struct RC4: RTMPEKeystream {
    private var state = RC4_KEY()

    init(key: [UInt8]) {
        key.withUnsafeBufferPointer { RC4_set_key(&state, Int32(clamping: $0.count), $0.baseAddress) }
    }

    mutating func apply(to bytes: ByteBuffer) -> ByteBuffer {
        let count = bytes.readableBytes
        guard count > 0 else { return bytes }
        var result = ByteBuffer()
        result.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            bytes.withUnsafeReadableBytes { source in
                guard let from = source.bindMemory(to: UInt8.self).baseAddress,
                    let to = room.bindMemory(to: UInt8.self).baseAddress
                else { return 0 }
                CLibCrypto.RC4(&state, count, from, to)
                return count
            }
        }
        return result
    }
}
