import CodecParsing
import ISOBMFF
public import MediaModel
public import NIOCore

/// Writes a stream as a fragmented MP4 file without end, a fragment for each frame as it comes.
///
/// The file's times are those of the stream's timeline. Each fragment begins where its frame does (`tfdt`), so that the
/// duration of the frame before, which was only guessed, adds up to nothing.
public struct EndlessMP4Muxer: Sendable {
    /// What the file holds.
    public let feed: TrackFeed
    /// What a player must read before the first fragment: `ftyp` and `moov`; empty where nothing is carried.
    public let initialization: ByteBuffer

    private var lanes: [FrameTimes]
    private var sequenceNumber: UInt32 = 0

    /// Makes the muxer of a feed.
    public init(feed: TrackFeed) {
        self.feed = feed
        lanes = feed.tracks.map { FrameTimes($0) }
        var bytes = ByteBuffer()
        // Every track was tried by itself when it was selected; without any there is no file.
        try? InitializationSegment(tracks: lanes.map { TrackHeader($0.track, timescale: $0.timescale) }).write(
            into: &bytes)
        initialization = bytes
    }

    /// The file's media type with the codings in it, as `MediaSource.isTypeSupported` wants it; `nil` where nothing is
    /// carried.
    public var mediaType: String? {
        guard !lanes.isEmpty else { return nil }
        let codecs = feed.tracks.compactMap(\.configuration.codecString).joined(separator: ",")
        return "\(feed.container.mediaType(hasVideo: feed.video != nil)); codecs=\"\(codecs)\""
    }

    /// Goes on with another feed: fragments are counted on, and the times of tracks that stay are.
    public mutating func change(to feed: TrackFeed) {
        let previous = self
        self = EndlessMP4Muxer(feed: feed)
        sequenceNumber = previous.sequenceNumber
        for index in lanes.indices {
            guard let known = previous.lanes.first(where: { $0.track.isSame(as: lanes[index].track) }) else { continue }
            lanes[index] = known
        }
    }

    /// Writes the fragment of a frame; frames of tracks that are not carried, and such without bytes, write nothing.
    ///
    /// - Parameter referenceTime: the time of day at which the frame was received, in milliseconds since 1970; where it is
    ///   given, a producer reference time stands before the fragment.
    public mutating func write(_ frame: MediaFrame, referenceTime: Int64? = nil, into bytes: inout ByteBuffer) {
        guard frame.payload.readableBytes > 0,
            let index = lanes.firstIndex(where: { $0.track === frame.track || $0.track.isSame(as: frame.track) }),
            let placement = lanes[index].place(frame)
        else { return }
        let trackID = UInt32(clamping: index + 1)
        let offset = frame.track.timescale.convert(Int64(frame.compositionOffset), to: lanes[index].timescale)
        let sample = FragmentSample(
            duration: placement.duration, compositionOffset: Int32(clamping: offset), isSync: frame.isSync,
            isDisposable: frame.isDisposable, payload: frame.payload)
        sequenceNumber &+= 1
        let fragment = MovieFragment(
            sequenceNumber: sequenceNumber,
            tracks: [TrackFragment(trackID: trackID, baseMediaDecodeTime: placement.decodeTime, samples: [sample])])
        let start = bytes.writerIndex
        if let referenceTime {
            ProducerReferenceTime(
                trackID: trackID, millisecondsSince1970: referenceTime, mediaTime: placement.decodeTime
            ).write(into: &bytes)
        }
        // A frame that no file can hold is left out.
        if (try? fragment.write(startsSegment: false, into: &bytes)) == nil { bytes.moveWriterIndex(to: start) }
    }
}
