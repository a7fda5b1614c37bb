public import MediaModel
public import NIOCore

/// Puts the frames of a stream into one program of an MPEG-2 transport stream (ISO/IEC 13818-1).
///
/// Continuity counters and the clock go on over segments. A segment is `beginSegment`, `write` for each frame, and
/// `flush`; a stream without segments repeats `beginSegment` at sync frames, so that receivers can start there.
/// Times are unwrapped ticks of 90 kHz; they may be negative and pass 33 bits.
public struct TransportStreamMuxer: Sendable {
    /// The most tracks of one stream: 15, whose program map fits one packet even when each says its language.
    ///
    /// Of codings that need descriptors it holds fewer; of Opus with languages 7.
    public static let mostTracks = 15
    /// The longest frame, in bytes: 15 MiB, above any that an RTMP publisher may send.
    public static let longestFrame = 15 << 20

    /// What may be chosen about a transport stream.
    public struct Configuration: Sendable, Hashable {
        /// How far the program clock runs behind decoding time, in ticks of 90 kHz: 27,000, that is 300 ms.
        ///
        /// Sound is written up to `audioGathering` after its time, and the delay covers that with room for interleaving.
        public var clockDelay: Int64 = 27_000
        /// How much sound shares one PES packet, in ticks of 90 kHz: 9,000, that is 100 ms; 0 gives each frame its own.
        public var audioGathering: Int64 = 9_000

        /// Makes the usual choice.
        public init() {}
    }

    /// About as many bytes as a frame of `length` bytes takes with its headers, and seldom fewer: for reserving room.
    public static func usualLength(ofFrame length: Int) -> Int {
        // The last packet is seldom full, and the headers may need one more.
        (length / TransportPacket.bodyLength + 2) * TransportPacket.length
    }

    private let configuration: Configuration
    private let associationSection: ByteBuffer
    private var mapSection: ByteBuffer
    private var mapVersion: UInt8 = 0
    private var clockIndex: Int
    private var associationPackets = PacketWriter(.programAssociation)
    private var mapPackets = PacketWriter(.programMap)
    private var streams: [ElementaryStream]
    /// What counted the packets of tracks that have gone, for those that take their places.
    private var formerPackets: [PacketWriter] = []
    private var clock: ProgramClock
    private var isClockForced = true
    /// Where PES packets are put together; kept for its room.
    private var workspace = ByteBuffer()

    /// Makes a muxer of `tracks`, the first of video, or without video the first of all, carrying the clock.
    public init(tracks: [Track], configuration: Configuration = Configuration()) throws(MPEGTSFault) {
        streams = try Self.streams(of: tracks)
        clockIndex = Self.clockIndex(of: streams)
        self.configuration = configuration
        clock = ProgramClock(delay: configuration.clockDelay)
        associationSection = ProgramTables.associationSection()
        mapSection = try Self.mapSection(of: streams, clockIndex: clockIndex, version: 0)
    }

    /// Goes on with other tracks: the next `beginSegment` writes a new version of the program map.
    ///
    /// Tracks that stay keep their packet identifiers, and every identifier its count; sound that was kept back is to be
    /// flushed before. When a fault is thrown, nothing has changed.
    public mutating func change(to tracks: [Track]) throws(MPEGTSFault) {
        var changed = try Self.streams(of: tracks)
        var places = streams.map(\.packets) + formerPackets
        // Who stays takes its own place, before the others take what is left.
        for index in changed.indices {
            let id = changed[index].track.id
            guard let known = streams.first(where: { $0.track.id == id })?.packets else { continue }
            changed[index].packets = known
            places.removeAll { $0.identifier == known.identifier }
        }
        for index in changed.indices where !streams.contains(where: { $0.track.id == changed[index].track.id }) {
            if places.isEmpty {
                let used = changed.indices.filter { $0 != index }.map { changed[$0].packets.identifier }
                let free = (0...Self.mostTracks).lazy.map { PacketIdentifier.elementaryStream($0) }
                changed[index].packets = PacketWriter(free.first { !used.contains($0) } ?? .elementaryStream(index))
            } else {
                changed[index].packets = places.removeFirst()
            }
        }
        let clockIndex = Self.clockIndex(of: changed)
        let version = (mapVersion + 1) & 0x1F
        mapSection = try Self.mapSection(of: changed, clockIndex: clockIndex, version: version)
        mapVersion = version
        self.clockIndex = clockIndex
        streams = changed
        formerPackets = places
    }

    private static func streams(of tracks: [Track]) throws(MPEGTSFault) -> [ElementaryStream] {
        guard !tracks.isEmpty else { throw .noTracks }
        guard tracks.count <= mostTracks else { throw .tooManyTracks(tracks.count) }
        var streams: [ElementaryStream] = []
        for (index, track) in tracks.enumerated() {
            let sameKind = tracks[..<index].count { $0.kind == track.kind }
            streams.append(try ElementaryStream(track, index: index, indexInKind: sameKind))
        }
        return streams
    }

    private static func clockIndex(of streams: [ElementaryStream]) -> Int {
        streams.firstIndex { $0.track.kind == .video } ?? 0
    }

    private static func mapSection(
        of streams: [ElementaryStream], clockIndex: Int, version: UInt8
    ) throws(MPEGTSFault) -> ByteBuffer {
        let section = ProgramTables.mapSection(
            clock: streams[clockIndex].packets.identifier, streams: streams.map(\.mapEntry), version: version)
        guard section.readableBytes <= PacketWriter.longestSection else { throw .tooManyTracks(streams.count) }
        return section
    }

    /// Writes the program association and the program map, which begin a segment.
    public mutating func beginSegment(into destination: inout ByteBuffer) {
        destination.reserveCapacity(minimumWritableBytes: 2 * TransportPacket.length)
        associationPackets.write(section: associationSection, into: &destination)
        mapPackets.write(section: mapSection, into: &destination)
        isClockForced = true
        for index in streams.indices { streams[index].parameterSets.beginSegment() }
    }

    /// Writes one frame, presented at `pts` and decoded at `dts`; sound may be kept back until more of it has come.
    ///
    /// A picture that is to be presented before it is decoded, as only a faulty encoder wants, is presented when it is:
    /// there is no such thing in a transport stream (§2.4.3.7).
    /// A frame without bytes writes nothing, and of a frame of video whose NAL units run past its end the whole ones are
    /// written. When a fault is thrown, nothing has been written.
    public mutating func write(
        _ frame: MediaFrame, pts: Int64, dts: Int64, into destination: inout ByteBuffer
    ) throws(MPEGTSFault) {
        let length = frame.payload.readableBytes
        guard length > 0 else { return }
        guard length <= Self.longestFrame else { throw .frameTooLong(length) }
        guard let index = streams.firstIndex(where: { $0.carries(frame.track) }) else {
            throw .unknownTrack(frame.track.id)
        }
        if streams[index].track.kind == .video {
            writePicture(frame, pts: pts, dts: dts, at: index, into: &destination)
        } else {
            guard length <= streams[index].framing.longestSound else { throw .frameTooLong(length) }
            writeSound(frame, pts: pts, at: index, into: &destination)
        }
    }

    /// Writes the sound that was kept back; to be called at the end of a segment, and of the stream.
    public mutating func flush(into destination: inout ByteBuffer) {
        for index in streams.indices { writeGathered(at: index, into: &destination) }
    }
}

extension TransportStreamMuxer {
    private mutating func writePicture(
        _ frame: MediaFrame, pts: Int64, dts: Int64, at index: Int, into destination: inout ByteBuffer
    ) {
        // Taken out for as long as it is written to, so that it is nobody else's and keeps its room.
        var pes = workspace
        workspace = ByteBuffer()
        defer { workspace = pes }
        pes.clear()
        let shown = max(pts, dts)
        PESHeader(streamID: streams[index].streamID, presentationTime: shown, decodeTime: dts).write(into: &pes)
        let bringsParameterSets = streams[index].parameterSets.applies(
            toFrameOf: frame.payload.readableBytes, isSync: frame.isSync)
        guard streams[index].framing.write(frame, bringsParameterSets: bringsParameterSets, into: &pes) else { return }
        PESHeader.finish(&pes)

        writeOverdueSound(at: dts, into: &destination)
        writePacket(pes, at: index, decodeTime: dts, isRandomAccess: frame.isSync, into: &destination)
    }

    private mutating func writeSound(
        _ frame: MediaFrame, pts: Int64, at index: Int, into destination: inout ByteBuffer
    ) {
        let payloadLength = frame.payload.readableBytes
        let length = payloadLength + streams[index].framing.soundHeaderLength(of: payloadLength)
        writeOverdueSound(at: pts, into: &destination)
        if !streams[index].gathering.accepts(length: length, at: pts, limit: configuration.audioGathering) {
            writeGathered(at: index, into: &destination)
        }
        streams[index].gather(frame, at: pts)
        if streams[index].gathering.isFull(limit: configuration.audioGathering) {
            writeGathered(at: index, into: &destination)
        }
    }

    /// Writes sound that waits for a frame of its own track which does not come.
    private mutating func writeOverdueSound(at time: Int64, into destination: inout ByteBuffer) {
        for index in streams.indices where streams[index].gathering.isOverdue(at: time, configuration.audioGathering) {
            writeGathered(at: index, into: &destination)
        }
    }

    private mutating func writeGathered(at index: Int, into destination: inout ByteBuffer) {
        guard let start = streams[index].gathering.start else { return }
        var pes = workspace
        workspace = ByteBuffer()
        defer { workspace = pes }
        pes.clear()
        PESHeader(streamID: streams[index].streamID, presentationTime: start, decodeTime: start).write(into: &pes)
        streams[index].gathering.empty(into: &pes)
        PESHeader.finish(&pes)
        writePacket(pes, at: index, decodeTime: start, isRandomAccess: index == clockIndex, into: &destination)
    }

    private mutating func writePacket(
        _ pes: ByteBuffer, at index: Int, decodeTime: Int64, isRandomAccess: Bool, into destination: inout ByteBuffer
    ) {
        while let reference = clock.referenceInPause(before: decodeTime) {
            streams[clockIndex].packets.write(clock: reference, into: &destination)
        }
        var adaptation = PacketWriter.Adaptation(isRandomAccess: isRandomAccess)
        if index == clockIndex {
            let isSyncPicture = isRandomAccess && streams[index].track.kind == .video
            adaptation.clock = clock.reference(at: decodeTime, isForced: isClockForced || isSyncPicture)
            isClockForced = false
        }
        streams[index].packets.write(pes, adaptation, into: &destination)
    }
}
