/// A value of Action Message Format 0: what RTMP commands and `onMetaData` are made of.
///
/// Values are trees: references (AMF 0 §2.9) are resolved on reading and not written. Two values with a not-a-number in
/// the same place are not equal, as with `Double`. Numbers, strings, booleans, `nil`, dictionaries (as objects, in the
/// order of the text) and arrays (as strict arrays) can be written as literals:
///
/// ```swift
/// let status: AMF0Value = ["level": "status", "code": "NetStream.Play.Start", "clientid": 1]
/// ```
public enum AMF0Value: Sendable, Hashable {
    /// A number; AMF0 has no other kind than the IEEE 754 double (§2.2).
    case number(Double)
    /// A truth value (§2.3).
    case boolean(Bool)
    /// Text of any length; written as a long string when it takes more than 65,535 bytes (§2.4, §2.14).
    case string(String)
    /// An anonymous object; its properties in the order of the wire, duplicates kept (§2.5).
    case object([AMFProperty])
    /// No object (§2.7).
    case null
    /// No value (§2.8).
    case undefined
    /// An associative array; its properties in the order of the wire, duplicates kept (§2.10).
    case ecmaArray([AMFProperty])
    /// An array of values that are counted, not named (§2.12).
    case strictArray([AMF0Value])
    /// Milliseconds since 1970 UTC, and a time zone that ought to be 0 (§2.13).
    case date(milliseconds: Double, timeZone: Int16)
    /// A value that the sender could not write (§2.15).
    case unsupported
    /// An XML document's text (§2.17).
    case xmlDocument(String)
    /// An object of a class that both sides know by name (§2.18).
    case typedObject(className: String, properties: [AMFProperty])
    /// A value in AMF3 (§3.1).
    case avmPlus(AMF3Value)
}

/// A named value of an AMF0 object or ECMA array.
public struct AMFProperty: Sendable, Hashable {
    /// The name; what is beyond 65,535 bytes of it is not written.
    public var name: String
    /// The value.
    public var value: AMF0Value

    /// Makes a property.
    public init(_ name: String, _ value: AMF0Value) {
        self.name = name
        self.value = value
    }
}
