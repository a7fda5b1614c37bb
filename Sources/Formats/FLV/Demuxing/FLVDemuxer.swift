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
        /// How many bytes the decoder configuration record of a track may have.
        ///
        /// 64 KiB by default, as much as fragmented MP4 holds; real ones have less than 1 KiB. A longer one is dropped.
        public var recordBytes = 64 << 10
        /// How many bytes metadata may have that are kept for those who come later.
        ///
        /// 64 KiB by default. Longer metadata pass by once, like other data.
        public var metadataBytes = 64 << 10
        /// How many frames of AAC one message may hold.
        ///
        /// 64 by default: a second and a half; encoders that gather send two or three. Those behind are dropped.
        public var soundFrames = 64

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
    private var changes = ChangeAllowance()
    /// The length of the metadata that are kept.
    private var metadataBytes = 0

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
        changes.earn(body.readableBytes)
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
        try checkAllowance()
        let isNew = try tracks.update(id, limits: limits) { entry in
            change(&entry)
            return entry.renew()
        }
        if isNew { tell(.tracks(tracks.all), into: &elements) }
    }

    /// Before anything is changed: a change that may not be told must not be made.
    private func checkAllowance(metadata: Int = 0) throws(FLVFault) {
        guard changes.allows(inForce + metadata) else { throw .tooManyChanges }
    }

    /// How many bytes metadata and configurations have together.
    private var inForce: Int { metadataBytes + tracks.all.recordBytes }

    private mutating func tell(_ change: StreamElement, into elements: inout [StreamElement]) {
        changes.spend(inForce)
        elements.append(change)
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
                try checkAllowance()
                description = StreamDescription()
                metadataBytes = 0
                tell(.metadata(nil), into: &elements)
            }
            return
        } else {
            payload = body
        }
        let message = DataMessage(
            name: name, timestampMilliseconds: Int64(timestamp), payload: payload.beginning(with: name))
        let length = message.payload.readableBytes
        guard name == Self.metadata, length <= limits.metadataBytes else { return elements.append(.data(message)) }
        try checkAllowance(metadata: length)
        metadataBytes = length
        tell(.metadata(message), into: &elements)
        try describe(StreamDescription(message), into: &elements)
    }

    /// Takes over what metadata say of the tracks: names and languages at once, the rest at the next configuration.
    private mutating func describe(
        _ description: StreamDescription, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        try checkAllowance()
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
        if isNew { tell(.tracks(tracks.all), into: &elements) }
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
