import NIOCore

/// The first one to three bytes of a chunk: its type and its chunk stream (RTMP 1.0 §5.3.1.1).
struct ChunkBasicHeader: Equatable {
    /// The chunk stream ids that have an encoding.
    static let chunkStreamIDs: ClosedRange<UInt32> = 2...65_599

    var type: ChunkType
    /// One of `chunkStreamIDs`, whichever of the three forms it came in.
    var chunkStreamID: UInt32

    init(type: ChunkType, chunkStreamID: UInt32) {
        self.type = type
        self.chunkStreamID = chunkStreamID
    }

    /// Reads a header, or returns `nil` when not all of it is there; `bytes` may then have been moved.
    init?(reading bytes: inout ByteBuffer) {
        guard let first = bytes.readInteger(as: UInt8.self), let type = ChunkType(rawValue: first >> 6) else {
            return nil
        }
        self.type = type
        switch first & 0x3F {
        case 0:
            guard let low = bytes.readInteger(as: UInt8.self) else { return nil }
            chunkStreamID = UInt32(low) + 64
        case 1:
            guard let number = bytes.readInteger(endianness: .little, as: UInt16.self) else { return nil }
            chunkStreamID = UInt32(number) + 64
        case let number:
            chunkStreamID = UInt32(number)
        }
    }

    /// How many bytes `write(into:)` writes.
    var size: Int {
        switch chunkStreamID {
        case ..<64: 1
        case ..<320: 2
        default: 3
        }
    }

    /// Writes the header in its shortest form.
    func write(into bytes: inout ByteBuffer) {
        let top = type.rawValue << 6
        switch size {
        case 1:
            bytes.writeInteger(top | UInt8(truncatingIfNeeded: chunkStreamID))
        case 2:
            bytes.writeMultipleIntegers(top, UInt8(truncatingIfNeeded: chunkStreamID &- 64))
        default:
            bytes.writeInteger(top | 1)
            bytes.writeInteger(UInt16(truncatingIfNeeded: chunkStreamID &- 64), endianness: .little)
        }
    }
}
