import MediaModel
import NIOCore

/// Decides at which frames viewers may start.
///
/// With pictures it is the sync frames of the default video track; with sound alone every so often a frame of sound.
struct JoinPointRule {
    /// Distance of join points in streams of sound alone: short enough that a start is felt as immediate.
    static let audioIntervalMilliseconds: Int64 = 500
    /// A video track that has sent nothing for so long does not keep listeners waiting.
    static let silentVideoMilliseconds: Int64 = 3_000
    /// What metadata and configurations may amount to beside the frames: four times as much.
    ///
    /// They are written for each join point. Key frames of two bytes each would have them written thousands of times;
    /// those that come too soon are frames like others.
    static let greatestShare = 4

    /// The default video track of the stream; `nil` without pictures.
    var defaultVideo: Track.ID?
    /// Bytes of metadata and configurations, which are written for each join point.
    var cost = 0
    /// Bytes of frames since the last join point.
    private var bytes = 0
    private var lastVideo: Int64?
    private var lastJoinPoint: Int64?
    private var firstFrame: Int64?

    /// Whether a viewer can start with `frame`; called with every frame once.
    mutating func isJoinPoint(_ frame: MediaFrame) -> Bool {
        let time = frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
        let start = firstFrame ?? time
        firstFrame = start
        bytes += frame.payload.readableBytes
        if frame.track.kind == .video {
            lastVideo = time
            return frame.isSync && frame.track.id == defaultVideo && affords(time)
        }
        if defaultVideo != nil, time - (lastVideo ?? start) < Self.silentVideoMilliseconds {
            return false
        }
        if let lastJoinPoint, time >= lastJoinPoint, time - lastJoinPoint < Self.audioIntervalMilliseconds {
            return false
        }
        return affords(time)
    }

    /// Whether as much has come since the last join point as another is worth, which is the last then.
    private mutating func affords(_ time: Int64) -> Bool {
        guard lastJoinPoint == nil || bytes * Self.greatestShare >= cost else { return false }
        lastJoinPoint = time
        bytes = 0
        return true
    }
}
