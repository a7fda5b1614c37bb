public import NIOCore

/// Reads the AMF0 values of one message (Action Message Format 0, December 2007).
///
/// References and limits run over a whole message, so each message takes a decoder of its own. What real encoders get
/// wrong without harm is let pass: the count of an ECMA array is not believed, and the end of the message ends objects
/// and ECMA arrays that their sender left open.
public struct AMF0Decoder: Sendable {
    private var budget: AMFBudget
    private var references = AMFReferenceTable<AMF0Value>()
    private var amf3 = AMF3Reader()

    /// Makes a decoder for one message.
    public init(limits: AMFLimits = .default) {
        budget = AMFBudget(limits: limits)
    }

    /// Reads all values of a message that lies whole in `buffer`.
    public static func decodeAll(
        _ buffer: ByteBuffer, limits: AMFLimits = .default
    ) throws(AMFFault) -> [AMF0Value] {
        var decoder = AMF0Decoder(limits: limits)
        var buffer = buffer
        var values: [AMF0Value] = []
        while buffer.readableBytes > 0 {
            values.append(try decoder.decode(&buffer))
        }
        return values
    }

    /// Reads the next value of the message, of which `buffer` must hold all that is left.
    public mutating func decode(_ buffer: inout ByteBuffer) throws(AMFFault) -> AMF0Value {
        try budget.charge(values: 1)
        return try readValue(&buffer)
    }

    // Reads a value that is charged for already.
    private mutating func readValue(_ buffer: inout ByteBuffer) throws(AMFFault) -> AMF0Value {
        let byte: UInt8 = try buffer.readAMFInteger()
        guard let marker = AMF0Marker(rawValue: byte) else { throw .unknownMarker(byte) }
        switch marker {
        case .number: return .number(try buffer.readAMFDouble())
        case .boolean: return .boolean(try buffer.readAMFInteger(as: UInt8.self) != 0)
        case .string: return .string(try buffer.readShortText())
        case .longString: return .string(try buffer.readLongText())
        case .xmlDocument: return .xmlDocument(try buffer.readLongText())
        case .null: return .null
        case .undefined: return .undefined
        case .unsupported: return .unsupported
        case .date:
            return .date(milliseconds: try buffer.readAMFDouble(), timeZone: try buffer.readAMFInteger())
        case .reference:
            return try references.resolve(Int(try buffer.readAMFInteger(as: UInt16.self)), &budget)
        case .object:
            let opened = try open(buffer)
            return close(opened, .object(try readProperties(&buffer)), buffer)
        case .ecmaArray:
            let opened = try open(buffer)
            _ = try buffer.readAMFInteger(as: UInt32.self)
            return close(opened, .ecmaArray(try readProperties(&buffer)), buffer)
        case .strictArray:
            let opened = try open(buffer)
            return close(opened, .strictArray(try readElements(&buffer)), buffer)
        case .typedObject:
            let opened = try open(buffer)
            let className = try buffer.readShortText()
            return close(opened, .typedObject(className: className, properties: try readProperties(&buffer)), buffer)
        case .avmPlus: return .avmPlus(try amf3.readValue(&buffer, &budget))
        case .objectEnd: throw .unexpectedObjectEnd
        case .movieclip, .recordset: throw .reservedMarker(byte)
        }
    }

    // MARK: Values that hold others

    private mutating func readProperties(_ buffer: inout ByteBuffer) throws(AMFFault) -> [AMFProperty] {
        var properties: [AMFProperty] = []
        while buffer.readableBytes > 0 {
            let name = try buffer.readShortText()
            if name.isEmpty {
                guard let next = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { break }
                if next == AMF0Marker.objectEnd.rawValue {
                    buffer.moveReaderIndex(forwardBy: 1)
                    break
                }
            }
            try budget.charge(propertyAfter: properties.count)
            properties.append(AMFProperty(name, try readValue(&buffer)))
        }
        return properties
    }

    private mutating func readElements(_ buffer: inout ByteBuffer) throws(AMFFault) -> [AMF0Value] {
        let count = Int(try buffer.readAMFInteger(as: UInt32.self))
        try buffer.checkCount(count)
        try budget.charge(values: count)
        var elements: [AMF0Value] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            elements.append(try readValue(&buffer))
        }
        return elements
    }

    private struct Opened {
        let index: Int
        let mark: AMFBudget.Mark
    }

    private mutating func open(_ buffer: ByteBuffer) throws(AMFFault) -> Opened {
        Opened(index: references.open(), mark: try budget.enter(buffer))
    }

    private mutating func close(_ opened: Opened, _ value: AMF0Value, _ buffer: ByteBuffer) -> AMF0Value {
        references.complete(opened.index, value, budget.leave(opened.mark, buffer))
        return value
    }
}
