import NIOCore

/// The reference tables of AMF3, and the reading of values that need them.
///
/// Strings, traits and complex values have a table each; the empty string goes into none (AMF 3 §2.2).
struct AMF3Reader: Sendable {
    private var strings: [String] = []
    private var traits: [AMF3Traits] = []
    private var objects = AMFReferenceTable<AMF3Value>()

    /// Reads a value that is charged for already.
    mutating func readValue(_ buffer: inout ByteBuffer, _ budget: inout AMFBudget) throws(AMFFault) -> AMF3Value {
        let byte: UInt8 = try buffer.readAMFInteger()
        guard let marker = AMF3SimpleMarker(rawValue: byte) else {
            guard let marker = AMF3ComplexMarker(rawValue: byte) else { throw .unknownMarker(byte) }
            switch try buffer.readHead() {
            case .reference(let index): return try objects.resolve(index, &budget)
            case .inline(let number): return try readComplexValue(marker, number, &buffer, &budget)
            }
        }
        switch marker {
        case .undefined: return .undefined
        case .null: return .null
        case .false: return .boolean(false)
        case .true: return .boolean(true)
        case .integer: return .integer(Int32(truncatingIfNeeded: try buffer.readU29() << 3) >> 3)
        case .double: return .double(try buffer.readAMFDouble())
        case .string: return .string(try readString(&buffer, &budget))
        }
    }

    // `number` is what followed the reference bit: a length, a count or flags.
    private mutating func readComplexValue(
        _ marker: AMF3ComplexMarker, _ number: Int, _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> AMF3Value {
        let opened = try open(buffer, &budget)
        let value: AMF3Value
        switch marker {
        case .xmlDocument: value = .xmlDocument(try buffer.readAMFText(length: number))
        case .date: value = .date(milliseconds: try buffer.readAMFDouble())
        case .array: value = try readArray(denseCount: number, &buffer, &budget)
        case .object: value = .object(try readObject(flags: number, &buffer, &budget))
        case .xml: value = .xml(try buffer.readAMFText(length: number))
        case .byteArray: value = .byteArray(try buffer.readAMFBytes(length: number))
        case .vectorInt:
            let isFixedLength = try buffer.readFlag()
            value = .vectorInt(try buffer.readIntegers(count: number), isFixedLength: isFixedLength)
        case .vectorUInt:
            let isFixedLength = try buffer.readFlag()
            value = .vectorUInt(try buffer.readIntegers(count: number), isFixedLength: isFixedLength)
        case .vectorDouble:
            let isFixedLength = try buffer.readFlag()
            let bits: [UInt64] = try buffer.readIntegers(count: number)
            value = .vectorDouble(bits.map(Double.init(bitPattern:)), isFixedLength: isFixedLength)
        case .vectorObject:
            let isFixedLength = try buffer.readFlag()
            let className = try readString(&buffer, &budget)
            let elements = try readElements(count: number, &buffer, &budget)
            value = .vectorObject(className: className, elements, isFixedLength: isFixedLength)
        case .dictionary: value = try readDictionary(count: number, &buffer, &budget)
        }
        close(opened, value, buffer, &budget)
        return value
    }

    // MARK: Arrays and dictionaries

    private mutating func readArray(
        denseCount: Int, _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> AMF3Value {
        let associative = try readProperties(&buffer, &budget)
        return .array(dense: try readElements(count: denseCount, &buffer, &budget), associative: associative)
    }

    private mutating func readElements(
        count: Int, _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> [AMF3Value] {
        try buffer.checkCount(count)
        try budget.charge(values: count)
        var elements: [AMF3Value] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            elements.append(try readValue(&buffer, &budget))
        }
        return elements
    }

    private mutating func readDictionary(
        count: Int, _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> AMF3Value {
        let hasWeakKeys = try buffer.readFlag()
        try buffer.checkCount(count, minimumBytes: 2)
        try budget.charge(values: 2 * count)
        var entries: [AMF3DictionaryEntry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let key = try readValue(&buffer, &budget)
            entries.append(AMF3DictionaryEntry(key, try readValue(&buffer, &budget)))
        }
        return .dictionary(entries, hasWeakKeys: hasWeakKeys)
    }

    // MARK: Objects

    private mutating func readObject(
        flags: Int, _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> AMF3Object {
        let traits = try readTraits(flags: flags, &buffer, &budget)
        try buffer.checkCount(traits.sealedNames.count)
        try budget.charge(values: traits.sealedNames.count)
        var sealed: [AMF3Property] = []
        sealed.reserveCapacity(traits.sealedNames.count)
        for name in traits.sealedNames {
            sealed.append(AMF3Property(name.text, try readValue(&buffer, &budget)))
        }
        let dynamic = traits.isDynamic ? try readProperties(&buffer, &budget) : nil
        return AMF3Object(className: traits.className.text, sealed: sealed, dynamic: dynamic)
    }

    // From the lowest bit: whether the traits follow, whether they are externalizable, whether they are dynamic, and
    // the number of sealed members.
    private mutating func readTraits(
        flags: Int, _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> AMF3Traits {
        guard flags & 0b1 != 0 else {
            let index = flags >> 1
            guard traits.indices.contains(index) else { throw .unknownReference(index) }
            try budget.charge(repeatedBytes: traits[index].utf8Count)
            return traits[index]
        }
        let className = try readString(&buffer, &budget)
        guard flags & 0b10 == 0 else { throw .externalizableObject(className: className) }
        let count = flags >> 3
        guard count <= budget.limits.propertiesPerValue else {
            throw .tooManyProperties(limit: budget.limits.propertiesPerValue)
        }
        try buffer.checkCount(count)
        var names: [String] = []
        names.reserveCapacity(count)
        for _ in 0..<count {
            names.append(try readString(&buffer, &budget))
        }
        let read = AMF3Traits(className: className, isDynamic: flags & 0b100 != 0, sealedNames: names)
        traits.append(read)
        return read
    }

    // Named values up to the empty name.
    private mutating func readProperties(
        _ buffer: inout ByteBuffer, _ budget: inout AMFBudget
    ) throws(AMFFault) -> [AMF3Property] {
        var properties: [AMF3Property] = []
        while true {
            let name = try readString(&buffer, &budget)
            if name.isEmpty { return properties }
            try budget.charge(propertyAfter: properties.count)
            properties.append(AMF3Property(name, try readValue(&buffer, &budget)))
        }
    }

    // MARK: Strings

    private mutating func readString(_ buffer: inout ByteBuffer, _ budget: inout AMFBudget) throws(AMFFault) -> String {
        switch try buffer.readHead() {
        case .reference(let index):
            guard strings.indices.contains(index) else { throw .unknownReference(index) }
            try budget.charge(repeatedBytes: strings[index].utf8.count)
            return strings[index]
        case .inline(let length):
            let text = try buffer.readAMFText(length: length)
            if length > 0 { strings.append(text) }
            return text
        }
    }

    // MARK: The table of complex values

    private struct Opened {
        let index: Int
        let mark: AMFBudget.Mark
    }

    private mutating func open(_ buffer: ByteBuffer, _ budget: inout AMFBudget) throws(AMFFault) -> Opened {
        Opened(index: objects.open(), mark: try budget.enter(buffer))
    }

    private mutating func close(
        _ opened: Opened, _ value: AMF3Value, _ buffer: ByteBuffer, _ budget: inout AMFBudget
    ) {
        objects.complete(opened.index, value, budget.leave(opened.mark, buffer))
    }
}

extension ByteBuffer {
    fileprivate mutating func readFlag() throws(AMFFault) -> Bool {
        try readAMFInteger(as: UInt8.self) != 0
    }

    fileprivate mutating func readAMFBytes(length: Int) throws(AMFFault) -> ByteBuffer {
        guard let bytes = readSlice(length: length) else {
            throw .lengthBeyondEnd(length: length, remainingBytes: readableBytes)
        }
        return bytes
    }

    fileprivate mutating func readIntegers<Integer: FixedWidthInteger>(count: Int) throws(AMFFault) -> [Integer] {
        try checkCount(count, minimumBytes: MemoryLayout<Integer>.size)
        var integers: [Integer] = []
        integers.reserveCapacity(count)
        for _ in 0..<count {
            integers.append(try readAMFInteger())
        }
        return integers
    }
}
