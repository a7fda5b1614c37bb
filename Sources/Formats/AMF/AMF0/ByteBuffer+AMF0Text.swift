import NIOCore
import TextCoding

/// Text with a length before it, as AMF0 writes names, strings and XML (AMF 0 §1.3.1, §1.3.2).
extension ByteBuffer {
    mutating func readShortText() throws(AMFFault) -> String {
        try readAMFText(length: Int(try readAMFInteger(as: UInt16.self)))
    }

    mutating func readLongText() throws(AMFFault) -> String {
        try readAMFText(length: Int(try readAMFInteger(as: UInt32.self)))
    }

    mutating func writeShortText(_ text: String) {
        let fitting = text.fitting(utf8Bytes: Int(UInt16.max))
        writeInteger(UInt16(fitting.utf8.count))
        writeSubstring(fitting)
    }

    mutating func writeLongText(_ text: String) {
        let fitting = text.fitting(utf8Bytes: Int(UInt32.max))
        writeInteger(UInt32(fitting.utf8.count))
        writeSubstring(fitting)
    }
}
