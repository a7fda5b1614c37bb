import FLV
import MediaModel
import NIOCore
import SegmentPackaging

/// What FFmpeg is asked to make of a frame.
struct PictureDecoding {
    /// The widths that are made, in pixels.
    ///
    /// Few, so that one decoding serves many who ask: a list, a page, a page on a fine screen, a poster.
    static let widths = [160, 320, 640, 1280]
    /// Who names none gets this one.
    static let usualWidth = 640
    /// Pixels of the largest picture that is decoded: 8192 × 4320.
    ///
    /// What a frame says of its size costs memory before it is found to be untrue.
    private static let mostPixels = 8192 * 4320
    /// Bytes that FFmpeg may ask for at once: 256 MiB.
    private static let largestAllocation = 256 << 20

    /// A file with the frame alone.
    let input: ByteBuffer
    /// FFmpeg's arguments for it.
    let arguments: [String]

    /// Makes a decoding; `nil` for frames that no file can hold.
    init?(of frame: MediaFrame, width: Int) {
        guard let (format, input) = Self.file(with: frame), input.readableBytes > 0 else { return nil }
        self.input = input
        arguments =
            ["-hide_banner", "-nostdin", "-v", "error", "-max_alloc", "\(Self.largestAllocation)"]
            + ["-threads", "1", "-max_pixels", "\(Self.mostPixels)", "-f", format, "-i", "pipe:0"]
            + ["-map", "0:v:0", "-frames:v", "1", "-vf", "scale=\(Self.size(of: frame.track, width: width)),setsar=1"]
            + ["-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", "4", "-c:v", "mjpeg", "-f", "mjpeg", "pipe:1"]
    }

    /// The width that is made for who wants pictures of `wanted` pixels: the next that is no smaller.
    static func width(for wanted: Int?) -> Int {
        guard let wanted else { return usualWidth }
        return widths.first { $0 >= wanted } ?? widths[widths.count - 1]
    }

    /// The size in FFmpeg's words: no larger than the picture, in its shape, and even.
    private static func size(of track: Track, width: Int) -> String {
        guard let format = track.configuration.video, format.width > 0, format.height > 0 else { return "\(width):-2" }
        let shape = Double(format.sampleAspectRatio?.width ?? 1) / Double(format.sampleAspectRatio?.height ?? 1)
        let shownWidth = Double(format.width) * shape
        let scale = min(1, Double(width) / shownWidth)
        func even(_ length: Double) -> Int { max(2, min(8192, Int((length / 2).rounded()) * 2)) }
        return "\(even(min(shownWidth * scale, 8192))):\(even(min(Double(format.height) * scale, 8192)))"
    }

    private static func file(with frame: MediaFrame) -> (format: String, bytes: ByteBuffer)? {
        let feed = TrackFeed(from: [frame.track], choice: TrackChoice(), container: .fragmentedMP4)
        guard feed.video == nil else {
            var muxer = EndlessMP4Muxer(feed: feed)
            var bytes = muxer.initialization
            muxer.write(frame, into: &bytes)
            return ("mp4", bytes)
        }
        // The codings of old, which every FFmpeg reads in the file of their time.
        let muxer = FLVMuxer(capabilities: .legacy)
        guard let parts = muxer.parts(for: frame) else { return nil }
        var bytes = ByteBuffer()
        FLVFileHeader(hasAudio: false, hasVideo: true).write(into: &bytes)
        for header in muxer.headers(for: frame.track, timestampMilliseconds: 0) { bytes.writeFLVTag(header) }
        bytes.writeFLVTag(parts)
        return ("flv", bytes)
    }
}
