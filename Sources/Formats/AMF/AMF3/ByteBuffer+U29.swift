import NIOCore

/// 29-bit integers in one to four bytes (AMF 3 §1.3.1): seven bits in each of the first three bytes, whose highest bit
/// says that another follows, and eight in the fourth.
extension ByteBuffer {
    /// The largest number that fits.
    static let maximumU29 = 0x1FFF_FFFF

    mutating func readU29() throws(AMFFault) -> Int {
        var value = 0
        for _ in 0..<3 {
            let byte = Int(try readAMFInteger(as: UInt8.self))
            value = value << 7 | byte & 0x7F
            if byte & 0x80 == 0 { return value }
        }
        return value << 8 | Int(try readAMFInteger(as: UInt8.self))
    }

    /// Writes the low 29 bits of `value` in as few bytes as hold them.
    mutating func writeU29(_ value: Int) {
        let value = value & Self.maximumU29
        func byte(_ shift: Int, more: UInt8 = 0x80) -> UInt8 { UInt8(value >> shift & 0x7F) | more }
        switch value {
        case ..<0x80: writeInteger(UInt8(value))
        case ..<0x4000: writeMultipleIntegers(byte(7), byte(0, more: 0))
        case ..<0x20_0000: writeMultipleIntegers(byte(14), byte(7), byte(0, more: 0))
        default: writeMultipleIntegers(byte(22), byte(15), byte(8), UInt8(value & 0xFF))
        }
    }
}

/// A U29 whose lowest bit tells a value that follows from a reference to an earlier one.
enum AMF3Head {
    /// An index in a reference table.
    case reference(Int)
    /// The value follows; the number is its length, its count or its flags.
    case inline(Int)
}

extension ByteBuffer {
    mutating func readHead() throws(AMFFault) -> AMF3Head {
        let bits = try readU29()
        return bits & 1 == 0 ? .reference(bits >> 1) : .inline(bits >> 1)
    }

    mutating func writeHead(_ head: AMF3Head) {
        switch head {
        case .reference(let index): writeU29(index << 1)
        case .inline(let number): writeU29(number << 1 | 1)
        }
    }
}
