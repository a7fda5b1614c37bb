import FLV
import MediaModel
import NIOCore
import SegmentPackaging

/// Writes one file of a recording.
enum RecordingWriter {
    case fragmentedMP4(GroupedMP4Muxer)
    case flv(FLVFileWriter)

    init(_ format: RecordingFormat) {
        switch format {
        case .fragmentedMP4: self = .fragmentedMP4(GroupedMP4Muxer())
        case .flv: self = .flv(FLVFileWriter())
        }
    }

    /// Sets the tracks that go into the file, of which each must be one that the format carries.
    mutating func setTracks(_ tracks: [Track]) {
        switch self {
        case .fragmentedMP4(var muxer):
            self = .flv(FLVFileWriter())
            muxer.tracks = tracks
            self = .fragmentedMP4(muxer)
        case .flv(var writer):
            writer.tracks = tracks
            self = .flv(writer)
        }
    }

    /// Whether frames of a track have a place in the file.
    func covers(_ track: Track) -> Bool {
        switch self {
        case .fragmentedMP4(let muxer): muxer.covers(track)
        case .flv: true
        }
    }

    var durationMilliseconds: Int64 {
        switch self {
        case .fragmentedMP4(let muxer): muxer.durationMilliseconds
        case .flv(let writer): writer.durationMilliseconds
        }
    }

    mutating func append(_ element: FLVFileWriter.Entry) {
        switch self {
        case .fragmentedMP4(var muxer):
            guard case .frame(let frame) = element else { return }
            // Taken out, so that nobody else holds what is changed.
            self = .flv(FLVFileWriter())
            muxer.append(frame)
            self = .fragmentedMP4(muxer)
        case .flv(var writer):
            self = .fragmentedMP4(GroupedMP4Muxer())
            writer.append(element)
            self = .flv(writer)
        }
    }

    mutating func discard() -> Int {
        switch self {
        case .fragmentedMP4(var muxer):
            let count = muxer.discard()
            self = .fragmentedMP4(muxer)
            return count
        case .flv(var writer):
            let count = writer.discard()
            self = .flv(writer)
            return count
        }
    }

    mutating func cut(isLast: Bool) -> RecordingBlock? {
        var bytes = ByteBuffer()
        let frames: Int
        switch self {
        case .fragmentedMP4(var muxer):
            frames = muxer.cut(isLast: isLast, into: &bytes)
            self = .fragmentedMP4(muxer)
        case .flv(var writer):
            frames = writer.cut(into: &bytes)
            self = .flv(writer)
        }
        return bytes.readableBytes > 0 ? RecordingBlock(bytes: bytes, frameCount: frames) : nil
    }
}

/// Writes an FLV file whose times begin at 0.
struct FLVFileWriter {
    /// What goes into a file.
    enum Entry {
        case frame(MediaFrame)
        case metadata(DataMessage)
        case data(DataMessage)
    }

    var tracks: [Track] = []
    private(set) var durationMilliseconds: Int64 = 0
    private var waiting: [Entry] = []
    /// Where the file begins on the stream's timeline, in milliseconds.
    private var origin: Int64?
    /// The tracks whose configurations are written.
    private var described: [Track] = []
    private var metadata: DataMessage?

    mutating func append(_ entry: Entry) {
        // What the publisher says of the stream before its first frame stands at the beginning of the file.
        if case .metadata(let message) = entry, origin == nil { metadata = message } else { waiting.append(entry) }
    }

    mutating func discard() -> Int {
        defer { waiting = [] }
        return waiting.count { if case .frame = $0 { true } else { false } }
    }

    /// Writes what waits, messages without a frame as well, but for those that come before the first frame of the file.
    mutating func cut(into bytes: inout ByteBuffer) -> Int {
        let muxer = RecordingFormat.tags
        let times = waiting.compactMap { if case .frame(let frame) = $0 { BlockRhythm.time(of: frame) } else { nil } }
        guard let origin = self.origin ?? times.min() else { return 0 }
        if self.origin == nil {
            self.origin = origin
            FLVFileHeader(
                hasAudio: tracks.contains { $0.kind == .audio }, hasVideo: tracks.contains { $0.kind == .video }
            ).write(into: &bytes)
            if let metadata {
                var parts = muxer.parts(for: metadata, tracks: tracks)
                parts.timestampMilliseconds = 0
                bytes.writeFLVTag(parts)
            }
            // In the order of the tracks, so that readers know all of them before the first frame.
            for track in tracks { describe(track, at: 0, muxer, into: &bytes) }
        }
        for entry in waiting {
            switch entry {
            case .frame(var frame):
                let time = max(0, BlockRhythm.time(of: frame) - origin)
                durationMilliseconds = max(durationMilliseconds, time)
                describe(frame.track, at: time, muxer, into: &bytes)
                frame.decodeTime = Timescale.milliseconds.convert(time, to: frame.track.timescale)
                if let parts = muxer.parts(for: frame) { bytes.writeFLVTag(parts) }
            case .metadata(let message):
                var parts = muxer.parts(for: message, tracks: tracks)
                // FFmpeg takes metadata of any other time for a stream of subtitles.
                parts.timestampMilliseconds = 0
                bytes.writeFLVTag(parts)
            case .data(var message):
                message.timestampMilliseconds = max(0, message.timestampMilliseconds - origin)
                bytes.writeFLVTag(muxer.parts(for: message))
            }
        }
        waiting = []
        return times.count
    }

    /// Writes how a track is to be decoded, where the file does not say so yet.
    private mutating func describe(_ track: Track, at time: Int64, _ muxer: FLVMuxer, into bytes: inout ByteBuffer) {
        guard !described.contains(where: { $0 === track || $0.isSame(as: track) }) else { return }
        described.removeAll { $0.id == track.id }
        described.append(track)
        for header in muxer.headers(for: track, timestampMilliseconds: time) { bytes.writeFLVTag(header) }
    }
}
