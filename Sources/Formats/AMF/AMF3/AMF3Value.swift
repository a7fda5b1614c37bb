public import NIOCore

/// A value of Action Message Format 3, which peers may use once `objectEncoding` 3 is agreed.
///
/// Values are trees: references are resolved on reading, and written for strings and traits only. Two values with a
/// not-a-number in the same place are not equal, as with `Double`.
public enum AMF3Value: Sendable, Hashable {
    /// No value (§3.2).
    case undefined
    /// No object (§3.3).
    case null
    /// A truth value (§3.4, §3.5).
    case boolean(Bool)
    /// A whole number from −2^28 to 2^28 − 1; written as a double outside of that (§3.6).
    case integer(Int32)
    /// A number (§3.7).
    case double(Double)
    /// Text (§3.8).
    case string(String)
    /// The text of an XML document of the older kind (§3.9).
    case xmlDocument(String)
    /// Milliseconds since 1970 UTC (§3.10).
    case date(milliseconds: Double)
    /// An array: counted elements, and named ones besides (§3.11).
    case array(dense: [AMF3Value], associative: [AMF3Property])
    /// An object (§3.12).
    case object(AMF3Object)
    /// The text of an XML document of the newer kind, E4X (§3.13).
    case xml(String)
    /// Bytes; a slice of the message that they came in (§3.14).
    case byteArray(ByteBuffer)
    /// 32-bit numbers with a sign (§3.15).
    case vectorInt([Int32], isFixedLength: Bool)
    /// 32-bit numbers without a sign (§3.15).
    case vectorUInt([UInt32], isFixedLength: Bool)
    /// Doubles (§3.15).
    case vectorDouble([Double], isFixedLength: Bool)
    /// Values of one class, or of any class when the name is `*` or empty (§3.15).
    case vectorObject(className: String, [AMF3Value], isFixedLength: Bool)
    /// Values under keys of any kind, in the order of the wire (§3.16).
    case dictionary([AMF3DictionaryEntry], hasWeakKeys: Bool)
}

/// A named value of an AMF3 object or array.
public struct AMF3Property: Sendable, Hashable {
    /// The name.
    ///
    /// Only a sealed member's may be empty; elsewhere that ends the list, so a property without a name is not written.
    public var name: String
    /// The value.
    public var value: AMF3Value

    /// Makes a property.
    public init(_ name: String, _ value: AMF3Value) {
        self.name = name
        self.value = value
    }
}

/// An AMF3 object: an instance of a class with members that the class fixes, members of its own, or both.
public struct AMF3Object: Sendable, Hashable {
    /// The name of the class; empty for an anonymous object.
    public var className: String
    /// The members that all instances of the class have, in the order of its traits.
    public var sealed: [AMF3Property]
    /// The members that only this instance has; `nil` when the class allows none.
    public var dynamic: [AMF3Property]?

    /// Makes an object.
    public init(className: String = "", sealed: [AMF3Property] = [], dynamic: [AMF3Property]? = []) {
        self.className = className
        self.sealed = sealed
        self.dynamic = dynamic
    }
}

/// A key of an AMF3 dictionary and what lies under it.
public struct AMF3DictionaryEntry: Sendable, Hashable {
    /// The key.
    public var key: AMF3Value
    /// The value.
    public var value: AMF3Value

    /// Makes an entry.
    public init(_ key: AMF3Value, _ value: AMF3Value) {
        self.key = key
        self.value = value
    }
}
