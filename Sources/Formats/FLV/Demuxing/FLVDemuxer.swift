import AMF
public import MediaModel
public import NIOCore

/// Makes stream elements of the bodies of FLV tags, which are those of RTMP messages, Enhanced RTMP v2 included.
///
/// It keeps the tracks that it has seen so far. A configuration that is new or differs emits all current tracks; a
/// repeated one emits nothing. Frames whose configuration has not come yet are dropped, and so is what cannot be
/// understood: one bad tag must not end a live stream. What was dropped is counted, and the last reason kept.
///
/// Decoding times are the raw 32-bit timestamps, in milliseconds: making one timeline of them is the hub's work.
/// Payloads are slices of the bodies. The end of a sequence is not told: the track stays, whatever follows.
public struct FLVDemuxer: Sendable {
    /// How much a publisher may make the demuxer remember.
    public struct Limits: Sendable, Hashable {
        /// How many tracks of one kind there may be.
        ///
        /// 16 by default: a ladder of ten qualities or the languages of a broadcast fit, and each track costs every
        /// packager and player something. What belongs to further tracks is dropped.
        public var tracksOfAKind = 16

        /// Makes limits.
        public init() {}
    }

    /// How many tags were dropped; of a tag with several tracks, each that was counts.
    public private(set) var skippedTagCount = 0
    /// Why the last one was.
    public private(set) var lastFault: FLVFault?
    /// What `onMetaData` says of the tracks.
    public private(set) var description = StreamDescription()

    let limits: Limits
    var tracks = DemuxedTracks()

    /// Makes a demuxer at the start of a stream.
    public init(limits: Limits = .init()) {
        self.limits = limits
    }

    /// Appends to `elements` what the body of a tag amounts to: tracks, frames, metadata, data, or nothing.
    public mutating func demux(
        type: FLVTagType, timestampMilliseconds: UInt32, body: ByteBuffer, into elements: inout [StreamElement]
    ) {
        // Empty messages are keep-alives (Enhanced RTMP v2) and the mistakes of some encoders.
        guard let first = body.getInteger(at: body.readerIndex, as: UInt8.self) else { return }
        do throws(FLVFault) {
            switch type {
            case .audio where first >> 4 == FLVSoundFormat.extendedHeader:
                try demuxExtendedAudio(body, at: timestampMilliseconds, into: &elements)
            case .audio:
                try demuxAudio(body, at: timestampMilliseconds, into: &elements)
            case .video where first & VideoTagHeader.extendedHeader != 0:
                try demuxExtendedVideo(body, at: timestampMilliseconds, into: &elements)
            case .video:
                try demuxVideo(body, at: timestampMilliseconds, into: &elements)
            case .scriptData:
                try demuxData(body, at: timestampMilliseconds, into: &elements)
            }
        } catch {
            skip(error)
        }
    }

    mutating func skip(_ fault: FLVFault) {
        skippedTagCount += 1
        lastFault = fault
    }

    // MARK: Tracks

    /// Puts a version of a track in the place of the last, and tells it when it differs.
    @discardableResult
    mutating func configure(
        _ id: Track.ID, _ configuration: CodecConfiguration, into elements: inout [StreamElement]
    ) throws(FLVFault) -> Track {
        let hint = description[id]
        try update(id, into: &elements) { entry in
            entry.described = hint.map { configuration.completed(by: $0) } ?? configuration
            entry.awaitsDescribingFrame = false
            entry.name = hint?.name ?? entry.name
            entry.language = hint?.language ?? entry.language
        }
        // Just configured: it is there.
        return tracks[id] ?? Track(id: id, timescale: .milliseconds, configuration: configuration)
    }

    /// Changes what is remembered of a track, and tells all tracks when that makes a new version of it.
    mutating func update(
        _ id: Track.ID, into elements: inout [StreamElement], _ change: (inout DemuxedTrack) -> Void
    ) throws(FLVFault) {
        let isNew = try tracks.update(id, limits: limits) { entry in
            change(&entry)
            return entry.renew()
        }
        if isNew { elements.append(.tracks(tracks.all)) }
    }

    // MARK: Data

    private mutating func demuxData(
        _ body: ByteBuffer, at timestamp: UInt32, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var payload = body
        guard var name = AMF0Decoder.readLeadingString(&payload) else { throw .unnamedData }
        if name == Self.setDataFrame {
            guard let inner = AMF0Decoder.leadingString(of: payload),
                ![Self.setDataFrame, Self.clearDataFrame].contains(inner)
            else { throw .unnamedData }
            name = inner
        } else if name == Self.clearDataFrame {
            if (AMF0Decoder.leadingString(of: payload) ?? Self.metadata) == Self.metadata {
                description = StreamDescription()
                elements.append(.metadata(nil))
            }
            return
        } else {
            payload = body
        }
        let message = DataMessage(
            name: name, timestampMilliseconds: Int64(timestamp), payload: payload.beginning(with: name))
        guard name == Self.metadata else { return elements.append(.data(message)) }
        elements.append(.metadata(message))
        try describe(StreamDescription(message), into: &elements)
    }

    /// Takes over what metadata say of the tracks: names and languages at once, the rest at the next configuration.
    private mutating func describe(
        _ description: StreamDescription, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        self.description = description
        var isNew = false
        for id in tracks.ids {
            guard let said = description[id], said.name != nil || said.language != nil else { continue }
            let isRenewed = try tracks.update(id, limits: limits) { entry in
                entry.name = said.name ?? entry.name
                entry.language = said.language ?? entry.language
                return entry.renew()
            }
            isNew = isNew || isRenewed
        }
        if isNew { elements.append(.tracks(tracks.all)) }
    }

    /// A publisher's word for "keep this for those who come later", not part of the data.
    private static let setDataFrame = "@setDataFrame"
    /// A publisher's word for "keep it no longer".
    private static let clearDataFrame = "@clearDataFrame"
    /// The name of the message that describes the stream.
    private static let metadata = "onMetaData"
}

extension ByteBuffer {
    /// The AMF0 values of a data message from its name on.
    ///
    /// A camera maker puts numbers before the name. The copy also sets the message, which is kept for as long as
    /// viewers may come, free from the network buffer that it came in.
    fileprivate func beginning(with name: String) -> ByteBuffer {
        var rest = self
        var values = ByteBuffer()
        if getInteger(at: readerIndex, as: UInt8.self) != Self.stringMarker,
            AMF0Decoder.readLeadingString(&rest) != nil
        {
            values.writeAMF0(.string(name))
        }
        values.writeImmutableBuffer(rest)
        return values
    }

    /// The AMF0 type marker of a string of at most 65,535 bytes.
    private static let stringMarker: UInt8 = 0x02
}
