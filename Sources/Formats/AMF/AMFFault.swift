/// What a peer did wrong in AMF0 or AMF3 bytes.
///
/// After a fault a decoder and its buffer are of no more use: nothing says where the next value would begin.
public enum AMFFault: Error, Equatable, Sendable {
    /// The message ended before the value did.
    case endOfMessage
    /// A type marker that no edition of AMF defines.
    case unknownMarker(UInt8)
    /// A type marker that is reserved and has no body: movieclip or recordset (AMF 0 §2.6, §2.16).
    case reservedMarker(UInt8)
    /// An object end marker where a value had to be (AMF 0 §2.11).
    case unexpectedObjectEnd
    /// A string, an XML document or a byte array that is longer than what is left of the message.
    case lengthBeyondEnd(length: Int, remainingBytes: Int)
    /// More elements announced than what is left of the message can hold.
    case countBeyondEnd(count: Int, remainingBytes: Int)
    /// Values nested deeper than ``AMFLimits/depth``.
    case nestedTooDeep(limit: Int)
    /// More properties in one value than ``AMFLimits/propertiesPerValue``.
    case tooManyProperties(limit: Int)
    /// More values in one message than ``AMFLimits/values``.
    case tooManyValues(limit: Int)
    /// References that would repeat more bytes than ``AMFLimits/repeatedBytes``.
    case referencesRepeatTooMuch(limit: Int)
    /// A reference to a value, a string or traits that the message has not brought.
    case unknownReference(Int)
    /// A reference to a value that the reference itself is part of: values here are trees.
    case referenceToEnclosingValue(Int)
    /// An object whose class writes itself in a way that only this class knows (AMF 3 §3.12).
    case externalizableObject(className: String)
}
