public import NIOCore

extension ByteBuffer {
    /// Writes one value in AMF0.
    ///
    /// An AMF3 value within it is written without references, because readers disagree on whether a message has one
    /// set of AMF3 reference tables or one for each such value.
    public mutating func writeAMF0(_ value: AMF0Value) {
        switch value {
        case .number(let number):
            writeMarker(.number)
            writeAMFDouble(number)
        case .boolean(let boolean):
            writeMarker(.boolean)
            writeInteger(boolean ? 1 : 0, as: UInt8.self)
        case .string(let text) where text.utf8.count <= Int(UInt16.max):
            writeMarker(.string)
            writeShortText(text)
        case .string(let text):
            writeMarker(.longString)
            writeLongText(text)
        case .object(let properties):
            writeMarker(.object)
            writeProperties(properties)
        case .null: writeMarker(.null)
        case .undefined: writeMarker(.undefined)
        case .ecmaArray(let properties):
            writeMarker(.ecmaArray)
            writeInteger(UInt32(clamping: properties.count))
            writeProperties(properties)
        case .strictArray(let elements):
            writeMarker(.strictArray)
            writeInteger(UInt32(clamping: elements.count))
            writeAMF0(elements)
        case .date(let milliseconds, let timeZone):
            writeMarker(.date)
            writeAMFDouble(milliseconds)
            writeInteger(timeZone)
        case .unsupported: writeMarker(.unsupported)
        case .xmlDocument(let text):
            writeMarker(.xmlDocument)
            writeLongText(text)
        case .typedObject(let className, let properties):
            writeMarker(.typedObject)
            writeShortText(className)
            writeProperties(properties)
        case .avmPlus(let value):
            writeMarker(.avmPlus)
            var encoder = AMF3Encoder(usesReferences: false)
            encoder.encode(value, into: &self)
        }
    }

    /// Writes values in AMF0 one after the other, as a command or data message holds them.
    public mutating func writeAMF0(_ values: [AMF0Value]) {
        for value in values { writeAMF0(value) }
    }

    private mutating func writeMarker(_ marker: AMF0Marker) {
        writeInteger(marker.rawValue)
    }

    private mutating func writeProperties(_ properties: [AMFProperty]) {
        for property in properties {
            writeShortText(property.name)
            writeAMF0(property.value)
        }
        writeInteger(0, as: UInt16.self)
        writeMarker(.objectEnd)
    }
}
