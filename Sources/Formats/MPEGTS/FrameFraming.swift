import MediaModel
import NIOCore

/// How the frames of a track lie in its elementary stream.
enum FrameFraming: Sendable {
    /// MP3 frames are as they come.
    case mpegAudio(StreamType)

    init(_ track: Track) throws(MPEGTSFault) {
        switch track.codec {
        case .mp3, .mp3At8kHz:
            guard let rate = track.configuration.audio?.sampleRate else { throw .formatUnknown(track.codec) }
            self = .mpegAudio(rate < 32_000 ? .mpeg2Audio : .mpeg1Audio)
        default:
            throw .unsupportedCodec(track.codec)
        }
    }

    var streamType: StreamType {
        switch self {
        case .mpegAudio(let type): type
        }
    }

    /// How many bytes a frame of sound takes with its framing.
    func length(of frame: MediaFrame) throws(MPEGTSFault) -> Int {
        switch self {
        case .mpegAudio: frame.payload.readableBytes
        }
    }

    /// Appends the frame as it lies in the elementary stream.
    func write(_ frame: MediaFrame, into destination: inout ByteBuffer) throws(MPEGTSFault) {
        switch self {
        case .mpegAudio: destination.writeImmutableBuffer(frame.payload)
        }
    }
}
