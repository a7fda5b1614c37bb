import MediaModel

/// Decides at which frames viewers may start.
///
/// With pictures it is the sync frames of the default video track; with sound alone every so often a frame of sound.
struct JoinPointRule {
    /// Distance of join points in streams of sound alone: short enough that a start is felt as immediate.
    static let audioIntervalMilliseconds: Int64 = 500
    /// A video track that has sent nothing for so long does not keep listeners waiting.
    static let silentVideoMilliseconds: Int64 = 3_000

    /// The default video track of the stream; `nil` without pictures.
    var defaultVideo: Track.ID?
    private var lastVideo: Int64?
    private var lastJoinPoint: Int64?
    private var firstFrame: Int64?

    /// Whether a viewer can start with `frame`; called with every frame once.
    mutating func isJoinPoint(_ frame: MediaFrame) -> Bool {
        let time = frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
        let start = firstFrame ?? time
        firstFrame = start
        if frame.track.kind == .video {
            lastVideo = time
            guard frame.isSync, frame.track.id == defaultVideo else { return false }
            lastJoinPoint = time
            return true
        }
        if defaultVideo != nil, time - (lastVideo ?? start) < Self.silentVideoMilliseconds {
            return false
        }
        if let lastJoinPoint, time >= lastJoinPoint, time - lastJoinPoint < Self.audioIntervalMilliseconds {
            return false
        }
        lastJoinPoint = time
        return true
    }
}
