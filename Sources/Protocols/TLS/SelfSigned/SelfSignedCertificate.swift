import Crypto
import TextCoding

/// A certificate that nobody vouches for, for trials on one's own machine (RFC 5280 §4.1).
struct SelfSignedCertificate {
    /// How long it holds: a year.
    private static let validity = 365 * 86_400

    private typealias DER = DistinguishedEncoding

    /// The certificate, in PEM form.
    let certificate: String
    /// Its private key, in PEM form.
    let key: String

    /// Makes a key and a certificate for it.
    ///
    /// - Parameters:
    ///   - names: the host names for which it is.
    ///   - addresses: the addresses for which it is, four or sixteen bytes each.
    ///   - serial: 16 random bytes.
    ///   - now: seconds since 1970.
    init(names: [String], addresses: [[UInt8]], serial: [UInt8], now: Int) throws {
        let key = P256.Signing.PrivateKey()
        // ecdsa-with-SHA256 (RFC 5758 §3.2)
        let algorithm = DER.sequence(DER.identifier(1, 2, 840, 10045, 4, 3, 2))
        let name = DER.sequence(
            DER.set(DER.sequence(DER.identifier(2, 5, 4, 3), DER.text("Swiftwater on \(names.first ?? "localhost")"))))
        let alternatives =
            names.map { DER.tagged(2, isConstructed: false, Array($0.utf8)) }
            + addresses.map { DER.tagged(7, isConstructed: false, $0) }
        let extensions = DER.sequence(
            // subjectAltName
            DER.sequence(
                DER.identifier(2, 5, 29, 17), DER.octets(DER.element(0x30, alternatives.flatMap { $0 }))),
            // basicConstraints: an authority, so that a client can be told to trust it
            DER.sequence(DER.identifier(2, 5, 29, 19), DER.yes(), DER.octets(DER.sequence(DER.yes()))),
            // keyUsage: digitalSignature, keyCertSign
            DER.sequence(DER.identifier(2, 5, 29, 15), DER.yes(), DER.octets(DER.bits([0x84], unused: 2))),
            // extKeyUsage: serverAuth
            DER.sequence(
                DER.identifier(2, 5, 29, 37), DER.octets(DER.sequence(DER.identifier(1, 3, 6, 1, 5, 5, 7, 3, 1)))))
        let content = DER.sequence(
            DER.tagged(0, DER.integer([2])), DER.integer([0x01] + serial), algorithm, name,
            // From yesterday on: clocks differ.
            DER.sequence(Self.time(now - 86_400), Self.time(now + Self.validity)),
            name, Array(key.publicKey.derRepresentation), DER.tagged(3, extensions))
        let signature = try key.signature(for: content)
        let bytes = DER.sequence(content, algorithm, DER.bits(Array(signature.derRepresentation)))
        certificate = Self.pem("CERTIFICATE", bytes)
        self.key = key.pemRepresentation + "\n"
    }

    /// `UTCTime` up to 2049, `GeneralizedTime` from then on (RFC 5280 §4.1.2.5).
    private static func time(_ seconds: Int) -> [UInt8] {
        let date = CivilDate(daysSince1970: Int64(seconds / 86_400))
        let rest = Int64(seconds % 86_400)
        let isShort = date.year < 2050
        var digits: [UInt8] = []
        for number in [
            isShort ? date.year % 100 : date.year, date.month, date.day, rest / 3_600, rest / 60 % 60, rest % 60,
        ] {
            digits.appendDigits(UInt64(clamping: number), width: 2)
        }
        digits.append(UInt8(ascii: "Z"))
        return DER.element(isShort ? 0x17 : 0x18, digits)
    }

    /// RFC 7468 §3: Base64 in lines of 64 characters.
    private static func pem(_ label: String, _ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let three = bytes[start..<min(start + 3, bytes.count)]
            let value = (0..<3).reduce(0) { $0 << 8 | (three.count > $1 ? Int(three[start + $1]) : 0) }
            for index in 0...three.count { digits.append(alphabet[value >> (18 - 6 * index) & 0x3F]) }
            digits += Array(repeating: UInt8(ascii: "="), count: 3 - three.count)
        }
        let lines = stride(from: 0, to: digits.count, by: 64).map {
            String(decoding: digits[$0..<min($0 + 64, digits.count)], as: UTF8.self)
        }
        return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
