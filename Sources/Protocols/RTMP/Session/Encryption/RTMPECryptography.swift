public import NIOCore

/// What encrypted RTMP (RTMPE) needs of a cryptographic library.
///
/// The owner of a session brings it, so that the session itself depends on no such library; a session without one offers no
/// encryption.
public protocol RTMPECryptography: Sendable {
    /// `base` to the power of `exponent` modulo `modulus`, all as big-endian numbers.
    ///
    /// - Returns: as many bytes as `modulus` has, with zeros in front; nothing when the library fails.
    func power(of base: [UInt8], to exponent: [UInt8], modulo modulus: [UInt8]) -> [UInt8]

    /// The keystream of RC4 for a key of 16 bytes, from its first byte on.
    func keystream(key: [UInt8]) -> any RTMPEKeystream
}

/// A keystream of RC4, of which every byte serves once.
public protocol RTMPEKeystream: Sendable {
    /// Encrypts or decrypts: combines bytes with the next ones of the keystream.
    mutating func apply(to bytes: ByteBuffer) -> ByteBuffer
}
