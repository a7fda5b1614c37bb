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
