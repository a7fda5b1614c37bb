extension ValueForm where Value == [[UInt8]] {
    /// Hashes of 32 bytes, several divided by commas.
    static var hashes: ValueForm {
        let accepts = "hashes of 64 hexadecimal digits, divided by commas, or none"
        return ValueForm(texts: accepts) { hashes in
            hashes.isEmpty ? "none" : hashes.map(digits).joined(separator: ", ")
        } parse: { text throws(TextFault) in
            guard text.lowercased() != "none" else { return [] }
            var hashes: [[UInt8]] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let hash = bytes(part.drop { $0 == " " }.prefix { $0 != " " }) else {
                    throw TextFault(problem: .notAccepted(text, accepts: accepts))
                }
                hashes.append(hash)
            }
            return hashes
        }
    }
}

private func digits(_ hash: [UInt8]) -> String {
    hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The 32 bytes that 64 hexadecimal digits stand for.
private func bytes(_ digits: some StringProtocol) -> [UInt8]? {
    let values = digits.compactMap(\.hexDigitValue)
    guard values.count == 64, digits.utf8.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}
