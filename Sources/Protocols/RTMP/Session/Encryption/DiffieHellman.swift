import Crypto

/// The key agreement of encrypted RTMP: Diffie–Hellman in Oakley group 2 (RFC 2409 §6.2), and what is made of its secret.
///
/// All numbers are big-endian and 128 bytes long, zeros in front included.
enum DiffieHellman {
    static let size = 128
    static let generator: [UInt8] = [2]

    /// 2^1024 − 2^960 − 1 + 2^64 · (⌊2^894 π⌋ + 129093).
    static let prime: [UInt8] = bytes([
        0xFFFF_FFFF_FFFF_FFFF, 0xC90F_DAA2_2168_C234, 0xC4C6_628B_80DC_1CD1, 0x2902_4E08_8A67_CC74,
        0x020B_BEA6_3B13_9B22, 0x514A_0879_8E34_04DD, 0xEF95_19B3_CD3A_431B, 0x302B_0A6D_F25F_1437,
        0x4FE1_356D_6D51_C245, 0xE485_B576_625E_7EC6, 0xF44C_42E9_A637_ED6B, 0x0BFF_5CB6_F406_B7ED,
        0xEE38_6BFB_5A89_9FA5, 0xAE9F_2411_7C4B_1FE6, 0x4928_6651_ECE6_5381, 0xFFFF_FFFF_FFFF_FFFF,
    ])

    /// A secret exponent: 1,024 random bits.
    static func privateKey(using random: inout some RandomNumberGenerator) -> [UInt8] {
        bytes((0..<size / 8).map { _ in random.next() })
    }

    /// The exponent that is one larger.
    static func successor(of privateKey: [UInt8]) -> [UInt8] {
        var next = privateKey
        for place in next.indices.reversed() {
            next[place] &+= 1
            if next[place] != 0 { break }
        }
        return next
    }

    /// Whether a number can be somebody's public key, and gives a secret that not everybody knows: 2 … p − 2.
    static func isValid(publicKey: [UInt8]) -> Bool {
        guard publicKey.count == size else { return false }
        let isAboveOne = publicKey.dropLast().contains { $0 != 0 } || (publicKey.last ?? 0) > 1
        // The prime ends in ones, so that p − 1 differs from it in the last byte alone.
        let last = prime.dropLast() + [(prime.last ?? 0) - 1]
        return isAboveOne && publicKey.lexicographicallyPrecedes(last)
    }

    /// The key of the keystream towards the owner of a public key: half of what that and the secret amount to.
    static func streamKey(secret: [UInt8], publicKey: [UInt8]) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(for: publicKey, using: SymmetricKey(data: secret))
        return Array(code.prefix(16))
    }

    private static func bytes(_ words: [UInt64]) -> [UInt8] {
        words.flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) } }
    }
}
