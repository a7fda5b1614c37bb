import FLV
import MediaModel
import NIOCore
import StreamHub

/// A stream as an FLV file without end.
struct FLVFormat: WireFormat, WireWriter {
    let name: String
    private let muxer: FLVMuxer

    /// Makes the format for players of some capabilities.
    init(capabilities: ReceiverCapabilities) {
        muxer = FLVMuxer(capabilities: capabilities)
        name = "flv/\(capabilities.name)"
    }

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {
        FLVFileHeader(
            hasAudio: tracks.contains { $0.kind == .audio }, hasVideo: tracks.contains { $0.kind == .video }
        ).write(into: &bytes)
    }

    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        if let metadata {
            var parts = muxer.parts(for: metadata, tracks: tracks)
            // FFmpeg takes metadata of any other time for a stream of subtitles.
            parts.timestampMilliseconds = 0
            bytes.writeFLVTag(parts)
        }
        for track in tracks {
            for header in muxer.headers(for: track, timestampMilliseconds: timestampMilliseconds) {
                bytes.writeFLVTag(header)
            }
        }
    }

    func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        if let parts = muxer.parts(for: frame) { bytes.writeFLVTag(parts) }
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {
        bytes.writeFLVTag(muxer.parts(for: message))
    }
}
