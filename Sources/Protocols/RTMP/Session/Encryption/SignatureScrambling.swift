/// What Flash Player 10 does to the signatures of C2 and S2 in encrypted RTMP (type 8), so that other programs could not
/// take part: eight bytes at a time through XTEA, with keys that are in every player.
enum SignatureScrambling {
    private static let rounds = 32
    private static let delta: UInt32 = 0x9E37_79B9

    /// Scrambles a signature.
    ///
    /// - Parameter key: what the signature was made with, whose bytes choose among the keys.
    static func scramble(_ signature: [UInt8], key: [UInt8]) -> [UInt8] {
        stride(from: 0, to: signature.count - 7, by: 8).flatMap { start in
            let block = Array(signature[start..<start + 8])
            let selector = start < key.count ? Int(key[start]) : 0
            return scramble(block, keys[selector % keys.count])
        }
    }

    /// XTEA (Needham and Wheeler, 1997) of a block of eight bytes, taken as little-endian words.
    private static func scramble(_ block: [UInt8], _ key: [UInt32]) -> [UInt8] {
        var left = word(block.prefix(4))
        var right = word(block.suffix(4))
        var sum: UInt32 = 0
        for _ in 0..<rounds {
            left &+= mix(right) ^ (sum &+ key[Int(sum & 3)])
            sum &+= delta
            right &+= mix(left) ^ (sum &+ key[Int(sum >> 11 & 3)])
        }
        return [left, right].flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }

    private static func mix(_ half: UInt32) -> UInt32 { (half << 4 ^ half >> 5) &+ half }

    private static func word(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
    }

    /// Fifteen of them: players have a sixteenth, which no byte chooses.
    private static let keys: [[UInt32]] = [
        [0xBFF0_34B2, 0x11D9_081F, 0xCCDF_B795, 0x748D_E732], [0x086A_5EB6, 0x1743_090E, 0x6EF0_5AB8, 0xFE5A_39E2],
        [0x7B10_956F, 0x76CE_0521, 0x2388_A73A, 0x4401_49A1], [0xA943_F317, 0xEBF1_1BB2, 0xA691_A5EE, 0x17F3_6339],
        [0x7A30_E00A, 0xB529_E22C, 0xA087_AEA5, 0xC0CB_79AC], [0xBDCE_0C23, 0x2FEB_DEFF, 0x1CFA_AE16, 0x1123_239D],
        [0x55DD_3F7B, 0x77E7_E62E, 0x9BB8_C499, 0xC948_1EE4], [0x407B_B6B4, 0x71E8_9136, 0xA7AE_BF55, 0xCA33_B839],
        [0xFCF6_BDC3, 0xB63C_3697, 0x7CE4_F825, 0x04D9_59B2], [0x28E0_91FD, 0x4195_4C4C, 0x7FB7_DB00, 0xE3A0_66F8],
        [0x5784_5B76, 0x4F25_1B03, 0x46D4_5BCD, 0xA2C3_0D29], [0x0ACC_EEF8, 0xDA55_B546, 0x0347_3452, 0x5863_713B],
        [0xB820_75DC, 0xA75F_1FEE, 0xD842_68E8, 0xA72A_44CC], [0x07CF_6E9E, 0xA16D_7B25, 0x9FA7_AE6C, 0xD92F_5629],
        [0xFEB1_EAE4, 0x8C8C_3CE1, 0x4E00_64A7, 0x6A38_7C2A],
    ]
}
