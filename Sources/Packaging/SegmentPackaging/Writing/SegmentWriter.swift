import MediaModel
import NIOCore

/// Writes the files of one rendition through one epoch.
enum SegmentWriter {
    case fragmentedMP4(FragmentedMP4Writer)
    case transportStream(TransportStreamWriter)

    /// Makes the writer for the lanes of an epoch with these indexes.
    init(_ container: SegmentPackager.Container, epoch: Epoch, lanes: [Int]) {
        switch container {
        case .fragmentedMP4: self = .fragmentedMP4(FragmentedMP4Writer(epoch: epoch, lanes: lanes))
        case .transportStream: self = .transportStream(TransportStreamWriter(epoch: epoch, lanes: lanes))
        }
    }

    /// What a player must read before the first segment, where the container has such a thing.
    var initialization: ByteBuffer? {
        switch self {
        case .fragmentedMP4(let writer): writer.initialization
        case .transportStream: nil
        }
    }

    /// The file for a segment, or `nil` when none of the lanes has a frame in it.
    mutating func write(_ draft: SegmentDraft) -> ByteBuffer? {
        switch self {
        case .fragmentedMP4(let writer):
            return writer.write(draft)
        case .transportStream(var writer):
            defer { self = .transportStream(writer) }
            return writer.write(draft)
        }
    }

    /// The bytes of a part, or `nil` where the container has none.
    func write(_ part: PartDraft, in timescale: Timescale, startsSegment: Bool) -> ByteBuffer? {
        switch self {
        case .fragmentedMP4(let writer): writer.write(part, in: timescale, startsSegment: startsSegment)
        case .transportStream: nil
        }
    }
}

extension SegmentPackager.Container {
    /// Why this container cannot carry `track`, or `nil` when it can.
    func reason(against track: Track) -> PackagingOmission? {
        switch self {
        case .fragmentedMP4: FragmentedMP4Writer.reason(against: track)
        case .transportStream: TransportStreamWriter.reason(against: track)
        }
    }

    /// How the names of segments end.
    var segmentExtension: String {
        switch self {
        case .fragmentedMP4: "m4s"
        case .transportStream: "ts"
        }
    }

    /// The media type of segments and initialization sections.
    func mediaType(hasVideo: Bool) -> String {
        switch self {
        case .fragmentedMP4: hasVideo ? "video/mp4" : "audio/mp4"
        case .transportStream: "video/mp2t"
        }
    }
}
