public import NIOCore
import TextCoding

/// Writes AMF3 values that share their reference tables (Action Message Format 3, January 2013).
///
/// Strings and traits that were written before are referred to; complex values are written out each time, because a
/// value does not know whether it is the same as another or merely equal. What AMF3 cannot say is left out: properties
/// with an empty name, except sealed ones, and whatever of a text, of bytes or of a list is beyond 2^28 − 1.
public struct AMF3Encoder: Sendable {
    private let usesReferences: Bool
    private var strings: [ExactText: Int] = [:]
    private var traits: [AMF3Traits: Int] = [:]

    /// Makes an encoder for one message.
    ///
    /// - Parameter usesReferences: Without references, bytes are right for a reader whatever it has in its tables.
    public init(usesReferences: Bool = true) {
        self.usesReferences = usesReferences
    }

    /// Writes one value.
    public mutating func encode(_ value: AMF3Value, into buffer: inout ByteBuffer) {
        switch value {
        case .undefined: buffer.writeMarker(.undefined)
        case .null: buffer.writeMarker(.null)
        case .boolean(let boolean): buffer.writeMarker(boolean ? .true : .false)
        case .integer(let integer): encode(integer, into: &buffer)
        case .double(let double):
            buffer.writeMarker(.double)
            buffer.writeAMFDouble(double)
        case .string(let text):
            buffer.writeMarker(.string)
            encode(name: text, into: &buffer)
        case .xmlDocument(let text):
            buffer.writeMarker(.xmlDocument)
            buffer.writeText(text)
        case .date(let milliseconds):
            buffer.writeMarker(.date)
            buffer.writeHead(.inline(0))
            buffer.writeAMFDouble(milliseconds)
        case .array(let dense, let associative):
            buffer.writeMarker(.array)
            let dense = buffer.writeCount(dense)
            encode(named: associative, into: &buffer)
            for element in dense { encode(element, into: &buffer) }
        case .object(let object):
            buffer.writeMarker(.object)
            encode(object, into: &buffer)
        case .xml(let text):
            buffer.writeMarker(.xml)
            buffer.writeText(text)
        case .byteArray(let bytes):
            buffer.writeMarker(.byteArray)
            buffer.writeBytes(buffer.writeCount(bytes.readableBytesView))
        case .vectorInt(let integers, let isFixedLength):
            buffer.writeMarker(.vectorInt)
            let integers = buffer.writeCount(integers)
            buffer.writeFlag(isFixedLength)
            for integer in integers { buffer.writeInteger(integer) }
        case .vectorUInt(let integers, let isFixedLength):
            buffer.writeMarker(.vectorUInt)
            let integers = buffer.writeCount(integers)
            buffer.writeFlag(isFixedLength)
            for integer in integers { buffer.writeInteger(integer) }
        case .vectorDouble(let doubles, let isFixedLength):
            buffer.writeMarker(.vectorDouble)
            let doubles = buffer.writeCount(doubles)
            buffer.writeFlag(isFixedLength)
            for double in doubles { buffer.writeAMFDouble(double) }
        case .vectorObject(let className, let elements, let isFixedLength):
            buffer.writeMarker(.vectorObject)
            let elements = buffer.writeCount(elements)
            buffer.writeFlag(isFixedLength)
            encode(name: className, into: &buffer)
            for element in elements { encode(element, into: &buffer) }
        case .dictionary(let entries, let hasWeakKeys):
            buffer.writeMarker(.dictionary)
            let entries = buffer.writeCount(entries)
            buffer.writeFlag(hasWeakKeys)
            for entry in entries {
                encode(entry.key, into: &buffer)
                encode(entry.value, into: &buffer)
            }
        }
    }

    private mutating func encode(_ integer: Int32, into buffer: inout ByteBuffer) {
        guard (-0x1000_0000..<0x1000_0000).contains(integer) else {
            return encode(.double(Double(integer)), into: &buffer)
        }
        buffer.writeMarker(.integer)
        buffer.writeU29(Int(integer))
    }

    // MARK: Objects

    private mutating func encode(_ object: AMF3Object, into buffer: inout ByteBuffer) {
        let sealed = object.sealed.prefix(ByteBuffer.maximumSealedCount)
        let traits = AMF3Traits(
            className: object.className, isDynamic: object.dynamic != nil, sealedNames: sealed.map(\.name))
        if let index = self.traits[traits] {
            buffer.writeHead(.inline(index << 1))
        } else {
            if usesReferences { self.traits[traits] = self.traits.count }
            buffer.writeHead(.inline(sealed.count << 3 | (traits.isDynamic ? 0b100 : 0) | 0b1))
            encode(name: object.className, into: &buffer)
            for property in sealed { encode(name: property.name, into: &buffer) }
        }
        for property in sealed { encode(property.value, into: &buffer) }
        if let dynamic = object.dynamic { encode(named: dynamic, into: &buffer) }
    }

    private mutating func encode(named properties: [AMF3Property], into buffer: inout ByteBuffer) {
        for property in properties where !property.name.isEmpty {
            encode(name: property.name, into: &buffer)
            encode(property.value, into: &buffer)
        }
        encode(name: "", into: &buffer)
    }

    // MARK: Strings

    private mutating func encode(name text: String, into buffer: inout ByteBuffer) {
        guard usesReferences, !text.isEmpty else { return buffer.writeText(text) }
        let key = ExactText(text: text)
        if let index = strings[key] {
            buffer.writeHead(.reference(index))
        } else {
            strings[key] = strings.count
            buffer.writeText(text)
        }
    }
}

extension ByteBuffer {
    /// Writes one value in AMF3, with reference tables of its own.
    public mutating func writeAMF3(_ value: AMF3Value) {
        var encoder = AMF3Encoder()
        encoder.encode(value, into: &self)
    }

    /// Writes values in AMF3 one after the other, with one set of reference tables for all.
    public mutating func writeAMF3(_ values: [AMF3Value]) {
        var encoder = AMF3Encoder()
        for value in values { encoder.encode(value, into: &self) }
    }

    /// What a head can say of lengths and counts.
    private static let maximumCount = maximumU29 >> 1
    /// What is left of a head for the number of sealed members.
    fileprivate static let maximumSealedCount = maximumU29 >> 4

    fileprivate mutating func writeMarker(_ marker: AMF3SimpleMarker) {
        writeInteger(marker.rawValue)
    }

    fileprivate mutating func writeMarker(_ marker: AMF3ComplexMarker) {
        writeInteger(marker.rawValue)
    }

    fileprivate mutating func writeFlag(_ flag: Bool) {
        writeInteger(flag ? 1 : 0, as: UInt8.self)
    }

    /// Writes how many elements there are, and returns those that are to follow.
    fileprivate mutating func writeCount<Elements: Collection>(_ elements: Elements) -> Elements.SubSequence {
        let following = elements.prefix(Self.maximumCount)
        writeHead(.inline(following.count))
        return following
    }

    fileprivate mutating func writeText(_ text: String) {
        let fitting = text.fitting(utf8Bytes: Self.maximumCount)
        writeHead(.inline(fitting.utf8.count))
        writeSubstring(fitting)
    }
}
