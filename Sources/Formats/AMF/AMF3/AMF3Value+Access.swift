/// Looking into a value of which one does not know what a peer made it.
extension AMF3Value {
    /// The number that this is, if it is an integer or a double.
    public var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .double(let double): double
        default: nil
        }
    }

    /// The text that this is, if it is text; XML is not.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The truth value that this is, if it is one.
    public var boolean: Bool? {
        if case .boolean(let boolean) = self { boolean } else { nil }
    }

    /// The named properties, if this is an object (sealed members first) or an array.
    public var properties: [AMF3Property]? {
        switch self {
        case .object(let object): object.sealed + (object.dynamic ?? [])
        case .array(_, let associative): associative
        default: nil
        }
    }

    /// The counted elements, if this is an array or a vector of objects.
    public var elements: [AMF3Value]? {
        switch self {
        case .array(let dense, _): dense
        case .vectorObject(_, let elements, _): elements
        default: nil
        }
    }

    /// The value of the property called `name`; of duplicates the last.
    public subscript(name: String) -> AMF3Value? {
        properties?.last { $0.name == name }?.value
    }
}
