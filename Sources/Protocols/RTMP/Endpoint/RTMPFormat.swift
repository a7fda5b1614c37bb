import FLV
import MediaModel
import NIOCore
import RTMPSession
import StreamHub

/// A stream as RTMP messages in chunks that every player at a message boundary understands, whatever came before.
struct RTMPFormat: WireFormat, WireWriter {
    let name: String
    private let messageStreamID: UInt32
    private let chunkSize: Int
    private let muxer: FLVMuxer

    /// Makes the format for players of some capabilities on a message stream; nearly all of them use the first, and
    /// chunks of one size but for connections from before a change of it.
    init(messageStreamID: UInt32, chunkSize: Int, capabilities: ReceiverCapabilities) {
        self.messageStreamID = messageStreamID
        self.chunkSize = chunkSize
        muxer = FLVMuxer(capabilities: capabilities)
        name = "rtmp/\(messageStreamID)/\(capabilities.name)/\(chunkSize)"
    }

    var substitute: (any WireFormat)? {
        guard muxer.capabilities != .legacy else { return nil }
        return RTMPFormat(messageStreamID: messageStreamID, chunkSize: chunkSize, capabilities: .legacy)
    }

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}

    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        if let metadata {
            var parts = muxer.parts(for: metadata, tracks: tracks)
            // FFmpeg takes metadata of any other time for a stream of subtitles.
            parts.timestampMilliseconds = 0
            write(parts, into: &bytes)
        }
        for track in tracks {
            for header in muxer.headers(for: track, timestampMilliseconds: timestampMilliseconds) {
                write(header, into: &bytes)
            }
        }
    }

    func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        guard let parts = muxer.parts(for: frame) else { return }
        write(parts, into: &bytes)
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {
        write(muxer.parts(for: message), into: &bytes)
    }

    private func write(_ parts: FLVTagParts, into bytes: inout ByteBuffer) {
        let (type, chunkStreamID): (RTMPMessageType, UInt32) =
            switch parts.type {
            case .audio: (.audio, 4)
            case .video: (.video, 6)
            case .scriptData: (.data, 7)
            }
        IndependentChunks.write(
            type: type, timestamp: parts.timestampMilliseconds, messageStreamID: messageStreamID,
            chunkStreamID: chunkStreamID, prefix: parts.prefix, payload: parts.payload, chunkSize: chunkSize,
            into: &bytes)
    }
}
