import ByteCoding
import MediaModel
public import NIOCore

/// How the tracks of one message are laid out behind its header (Enhanced RTMP v2, `AvMultitrackType`).
public enum ExTrackLayout: Hashable, Sendable {
    /// No multitrack: the rest of the message belongs to track 0.
    case defaultTrack(FourCC)
    /// The rest of the message belongs to one track, which it names.
    case oneTrack(FourCC)
    /// Any number of tracks of one coding, each with its length.
    case manyTracks(FourCC)
    /// Any number of tracks, each with its coding and its length.
    case manyTracksManyCodecs

    /// The number of the layout; `nil` without multitrack.
    var multitrackType: UInt8? {
        switch self {
        case .defaultTrack: nil
        case .oneTrack: 0
        case .manyTracks: 1
        case .manyTracksManyCodecs: 2
        }
    }

    /// The coding of all tracks; `nil` when each has its own.
    public var fourCC: FourCC? {
        switch self {
        case .defaultTrack(let fourCC), .oneTrack(let fourCC), .manyTracks(let fourCC): fourCC
        case .manyTracksManyCodecs: nil
        }
    }

    /// Reads a layout, and puts into `packetType` the type that holds for all tracks.
    ///
    /// `multitrack` is the packet type that announces several tracks.
    init(
        reading body: inout ByteBuffer, packetType: inout UInt8, multitrack: UInt8, of kind: MediaKind
    ) throws(FLVFault) {
        guard packetType == multitrack else {
            self = .defaultTrack(try FourCC(reading: &body))
            return
        }
        guard let types = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
        packetType = types & 0x0F
        guard packetType != multitrack else { throw .nestedMultitrack(kind) }
        switch types >> 4 {
        case 0: self = .oneTrack(try FourCC(reading: &body))
        case 1: self = .manyTracks(try FourCC(reading: &body))
        case 2: self = .manyTracksManyCodecs
        case let type: throw .unknownMultitrackType(type)
        }
    }

    /// Appends what follows the first byte and the modifiers of a header.
    func write(packetType: UInt8, into buffer: inout ByteBuffer) {
        if let multitrackType { buffer.writeInteger(multitrackType << 4 | packetType) }
        if let fourCC { buffer.writeInteger(fourCC.rawValue) }
    }
}

extension FourCC {
    init(reading body: inout ByteBuffer) throws(FLVFault) {
        guard let number = body.readInteger(as: UInt32.self) else { throw .truncatedHeader }
        self.init(rawValue: number)
    }
}

extension ByteBuffer {
    /// Appends what stands before the body of one track, which will be `length` bytes long.
    ///
    /// Returns `false`, and writes nothing, for a length that takes more than 24 bits.
    @discardableResult
    public mutating func writeExTrackHeader(
        trackID: UInt8, fourCC: FourCC, length: Int, in layout: ExTrackLayout
    ) -> Bool {
        guard (0...0xFF_FFFF).contains(length) else { return false }
        switch layout {
        case .defaultTrack:
            break
        case .oneTrack:
            writeInteger(trackID)
        case .manyTracks:
            writeInteger(trackID)
            writeUInt24(UInt32(truncatingIfNeeded: length))
        case .manyTracksManyCodecs:
            writeInteger(fourCC.rawValue)
            writeInteger(trackID)
            writeUInt24(UInt32(truncatingIfNeeded: length))
        }
        return true
    }
}
