/// Looking into a value of which one does not know what a peer made it. Values that came as AMF3 answer as well.
extension AMF0Value {
    /// The number that this is, if it is one.
    public var number: Double? {
        switch self {
        case .number(let number): number
        case .avmPlus(let value): value.number
        default: nil
        }
    }

    /// The text that this is, if it is text; XML is not.
    public var string: String? {
        switch self {
        case .string(let string): string
        case .avmPlus(let value): value.string
        default: nil
        }
    }

    /// The truth value that this is, if it is one.
    public var boolean: Bool? {
        switch self {
        case .boolean(let boolean): boolean
        case .avmPlus(let value): value.boolean
        default: nil
        }
    }

    /// The named properties in the order of the wire, if this is an object, a typed object or an ECMA array: peers use
    /// them for one another.
    public var properties: [AMFProperty]? {
        switch self {
        case .object(let properties), .ecmaArray(let properties), .typedObject(_, let properties): properties
        case .avmPlus(let value): value.properties?.map { AMFProperty($0.name, .avmPlus($0.value)) }
        default: nil
        }
    }

    /// The counted elements, if this is a strict array.
    public var elements: [AMF0Value]? {
        switch self {
        case .strictArray(let elements): elements
        case .avmPlus(let value): value.elements?.map(AMF0Value.avmPlus)
        default: nil
        }
    }

    /// The value of the property called `name`; of duplicates the last.
    public subscript(name: String) -> AMF0Value? {
        switch self {
        case .object(let properties), .ecmaArray(let properties), .typedObject(_, let properties):
            properties.last { $0.name == name }?.value
        case .avmPlus(let value): value[name].map(AMF0Value.avmPlus)
        default: nil
        }
    }
}
