import EndpointCore
import MediaModel
import SegmentPackaging
import StreamHub

/// The forms in which a live stream is an answer without end.
enum LiveForm: String, Sendable, CaseIterable {
    case flv
    case fragmentedMP4 = "mp4"
    case transportStream = "ts"

    /// For `Content-Type`.
    var mediaType: String {
        switch self {
        case .flv: "video/x-flv"
        case .fragmentedMP4: "video/mp4"
        case .transportStream: "video/mp2t"
        }
    }

    /// The container that says which tracks fit; FLV takes what its player understands.
    var container: SegmentPackager.Container? {
        switch self {
        case .flv: nil
        case .fragmentedMP4: .fragmentedMP4
        case .transportStream: .transportStream
        }
    }

    /// The bytes of the form for what a location asks for.
    func format(for location: PlaybackLocation, isWebSocket: Bool) -> any WireFormat {
        switch self {
        case .flv:
            let format = FLVFormat(capabilities: location.receiver)
            return isWebSocket ? WebSocketFormat(format) : format
        case .fragmentedMP4:
            return MP4Format(choice: location.trackChoice, isWebSocket: isWebSocket)
        case .transportStream:
            let format = TSFormat(choice: location.trackChoice)
            return isWebSocket ? WebSocketFormat(format) : format
        }
    }
}

/// A form and how it travels: what counters and log lines call a protocol.
struct LiveProtocol: Hashable, Sendable {
    var form: LiveForm
    var isWebSocket: Bool

    /// Such as `ws-mp4`.
    var name: String { (isWebSocket ? "ws-" : "http-") + form.rawValue }
}
