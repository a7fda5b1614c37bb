import ByteCoding
public import NIOCore

/// The part of a message that belongs to one track (Enhanced RTMP v2, `ExAudioTagBody` and `ExVideoTagBody`).
public struct ExTrackPacket: Hashable, Sendable {
    /// Which track; 0 is the default.
    public var trackID: UInt8
    /// How it is coded.
    public var fourCC: FourCC
    /// What the packet type says; of a frame with composition time, that first.
    public var body: ByteBuffer

    /// Makes a part.
    public init(trackID: UInt8, fourCC: FourCC, body: ByteBuffer) {
        self.trackID = trackID
        self.fourCC = fourCC
        self.body = body
    }
}

/// The parts of a message, one for each track, in the order of the wire.
///
/// They are slices of the message.
public struct ExTrackPackets: Sequence, IteratorProtocol, Sendable {
    private var rest: ByteBuffer
    private let layout: ExTrackLayout
    private var isDone = false

    /// How many tracks one message may hold.
    ///
    /// 256, as many as there are numbers: a message has one time, and a track one packet at a time.
    public static let mostTracks = 256

    /// Makes a sequence over what follows a header, once it is sure that all sizes lie within it.
    ///
    /// - Throws: `.truncatedHeader`, `.trackBeyondEnd` or `.tooManyTracksInMessage`.
    public init(_ body: ByteBuffer, layout: ExTrackLayout) throws(FLVFault) {
        rest = body
        self.layout = layout
        if case .defaultTrack = layout { return }
        if case .oneTrack = layout {
            guard body.readableBytes > 0 else { throw .truncatedHeader }
            return
        }
        var count = 0
        while rest.readableBytes > 0 {
            count += 1
            guard count <= Self.mostTracks else { throw .tooManyTracksInMessage }
            _ = try Self.readSized(&rest, layout)
        }
        rest = body
        isDone = rest.readableBytes == 0
    }

    /// The next part.
    public mutating func next() -> ExTrackPacket? {
        guard !isDone else { return nil }
        switch layout {
        case .defaultTrack(let fourCC):
            isDone = true
            return ExTrackPacket(trackID: 0, fourCC: fourCC, body: rest)
        case .oneTrack(let fourCC):
            isDone = true
            return rest.readInteger(as: UInt8.self).map { ExTrackPacket(trackID: $0, fourCC: fourCC, body: rest) }
        case .manyTracks, .manyTracksManyCodecs:
            // Has been read once without a fault.
            let packet = try? Self.readSized(&rest, layout)
            isDone = packet == nil || rest.readableBytes == 0
            return packet
        }
    }

    private static func readSized(
        _ rest: inout ByteBuffer, _ layout: ExTrackLayout
    ) throws(FLVFault) -> ExTrackPacket {
        let fourCC: FourCC
        if let common = layout.fourCC { fourCC = common } else { fourCC = try FourCC(reading: &rest) }
        guard let trackID = rest.readInteger(as: UInt8.self), let size = rest.readUInt24() else {
            throw .truncatedHeader
        }
        guard let body = rest.readSlice(length: Int(size)) else {
            throw .trackBeyondEnd(trackID: trackID, size: size)
        }
        return ExTrackPacket(trackID: trackID, fourCC: fourCC, body: body)
    }
}

extension ByteBuffer {
    /// Appends the part of one track as `layout` has it; `false`, and nothing written, when it is too long.
    @discardableResult
    public mutating func writeExTrackPacket(_ packet: ExTrackPacket, in layout: ExTrackLayout) -> Bool {
        guard
            writeExTrackHeader(
                trackID: packet.trackID, fourCC: packet.fourCC, length: packet.body.readableBytes, in: layout)
        else { return false }
        writeImmutableBuffer(packet.body)
        return true
    }
}
