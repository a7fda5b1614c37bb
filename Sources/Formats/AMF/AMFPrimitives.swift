import NIOCore

/// The parts that values of both formats are made of, big-endian.
extension ByteBuffer {
    mutating func readAMFInteger<Integer: FixedWidthInteger>(
        as type: Integer.Type = Integer.self
    ) throws(AMFFault) -> Integer {
        guard let value = readInteger(as: type) else { throw .endOfMessage }
        return value
    }

    mutating func readAMFDouble() throws(AMFFault) -> Double {
        Double(bitPattern: try readAMFInteger(as: UInt64.self))
    }

    mutating func writeAMFDouble(_ value: Double) {
        writeInteger(value.bitPattern)
    }
}
