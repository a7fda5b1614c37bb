extension AMF0Value: ExpressibleByFloatLiteral {
    /// Makes a number.
    public init(floatLiteral value: Double) {
        self = .number(value)
    }
}

extension AMF0Value: ExpressibleByIntegerLiteral {
    /// Makes a number.
    public init(integerLiteral value: Int64) {
        self = .number(Double(value))
    }
}

extension AMF0Value: ExpressibleByBooleanLiteral {
    /// Makes a truth value.
    public init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }
}

extension AMF0Value: ExpressibleByStringLiteral {
    /// Makes a string.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension AMF0Value: ExpressibleByNilLiteral {
    /// Makes null.
    public init(nilLiteral: ()) {
        self = .null
    }
}

extension AMF0Value: ExpressibleByDictionaryLiteral {
    /// Makes an anonymous object with its properties in the order of the text.
    public init(dictionaryLiteral elements: (String, AMF0Value)...) {
        self = .object(elements.map { AMFProperty($0, $1) })
    }
}

extension AMF0Value: ExpressibleByArrayLiteral {
    /// Makes a strict array.
    public init(arrayLiteral elements: AMF0Value...) {
        self = .strictArray(elements)
    }
}
