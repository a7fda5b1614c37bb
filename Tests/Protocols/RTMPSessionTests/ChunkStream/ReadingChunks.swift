import NIOCore
import RTMPSession
import TestSupport
import Testing

/// All messages that a reader makes of `pieces`, asked after each of them.
func readMessages(
    _ pieces: [ByteBuffer], limits: RTMPLimits = .init(), restartsMessages: Bool = false
) throws(RTMPFault) -> [RTMPMessage] {
    var reader = ChunkStreamReader(limits: limits, restartsMessages: restartsMessages)
    var messages: [RTMPMessage] = []
    for piece in pieces {
        reader.append(piece)
        while let message = try reader.nextMessage() { messages.append(message) }
    }
    return messages
}

/// Expects that `bytes` read as `messages`, however they are cut.
func expectMessages(
    _ messages: [RTMPMessage], in bytes: ByteBuffer, limits: RTMPLimits = .init(), restartsMessages: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try forEveryCutting(of: bytes) { pieces in
        let read = try readMessages(pieces, limits: limits, restartsMessages: restartsMessages)
        #expect(read == messages, sourceLocation: sourceLocation)
    }
}

/// The fault that a reader finds in `bytes`, the same for every cutting; `nil` when they differ or there is none.
func readFault(_ bytes: ByteBuffer, limits: RTMPLimits = .init(), restartsMessages: Bool = false) -> RTMPFault? {
    var faults: [RTMPFault?] = []
    forEveryCutting(of: bytes) { pieces in
        do throws(RTMPFault) {
            _ = try readMessages(pieces, limits: limits, restartsMessages: restartsMessages)
            faults.append(nil)
        } catch {
            faults.append(error)
        }
    }
    guard let first = faults.first, faults.allSatisfy({ $0 == first }) else { return nil }
    return first
}

func readFault(_ hex: String, limits: RTMPLimits = .init()) -> RTMPFault? {
    readFault(ByteBuffer(hex: hex), limits: limits)
}

/// Bytes that count upwards from `first`, so that a byte in the wrong place is seen.
func counting(_ count: Int, from first: UInt8 = 0) -> ByteBuffer {
    ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: Int(first) + $0) })
}

extension ByteBuffer {
    /// The bytes from `from` up to `to`.
    func part(_ from: Int, _ to: Int) -> ByteBuffer {
        getSlice(at: readerIndex + from, length: to - from) ?? ByteBuffer()
    }
}

/// Joins buffers.
func joined(_ parts: ByteBuffer...) -> ByteBuffer {
    var whole = ByteBuffer()
    for part in parts { whole.writeImmutableBuffer(part) }
    return whole
}

/// A generator whose numbers depend on the seed alone (SplitMix64).
struct WireGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
