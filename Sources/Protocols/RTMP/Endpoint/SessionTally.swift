import EndpointCore
import Logging
import NIOCore

/// What a session carried, for the line that tells its end.
struct SessionTally {
    var bytesReceived = 0
    var framesReceived = 0
    var skippedTags = 0
    var framesSent = 0
    var framesLost = 0

    func metadata(duration: TimeAmount, bytesSent: Int, reason: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "duration": "\(duration.inSeconds)",
            "bytes.received": "\(bytesReceived)",
            "bytes.sent": "\(bytesSent)",
            "reason": "\(reason)",
        ]
        if framesReceived > 0 { metadata["frames.received"] = "\(framesReceived)" }
        if skippedTags > 0 { metadata["tags.skipped"] = "\(skippedTags)" }
        if framesSent > 0 || framesLost > 0 {
            metadata["frames.sent"] = "\(framesSent)"
            metadata["frames.lost"] = "\(framesLost)"
        }
        return metadata
    }
}
