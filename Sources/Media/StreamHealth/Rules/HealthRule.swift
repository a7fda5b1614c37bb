/// Something that can be wrong with a stream, by the name that the API, metrics and logs give it.
public enum HealthRule: String, Hashable, Sendable, CaseIterable {
    /// Nothing comes from the publisher.
    case publisherSilent = "publisher.silent"
    /// Media comes slower than it plays, and the line shows why.
    case lineSaturated = "line.saturated"
    /// The publisher's line loses segments.
    case lineLossy = "line.lossy"
    /// Media comes slower than it plays.
    case encoderSlow = "encoder.slow"
    /// Media comes with pauses.
    case encoderStalls = "encoder.stalls"
    /// Fewer pictures come than the encoder announced.
    case framesDropped = "encoder.frames-dropped"
    /// Sync frames are far apart.
    case keyframesRare = "keyframes.rare"
    /// Sync frames come at uneven distances.
    case keyframesUneven = "keyframes.uneven"
    /// A stream of pictures has no sound.
    case soundMissing = "sound.missing"
    /// Sound stopped while pictures go on.
    case soundStopped = "sound.stopped"
    /// Sound has holes, or more of it comes than its clock says.
    case soundIncomplete = "sound.incomplete"
    /// Pictures stopped while sound goes on.
    case picturesStopped = "pictures.stopped"
    /// Pictures and sound that belong together come far apart.
    case outOfSync = "sync.apart"
    /// The timeline jumped.
    case timestampsJump = "timestamps.jump"
    /// Times go back within a track.
    case timestampsGoBack = "timestamps.back"
    /// The bits are too few for the size of the pictures.
    case bitrateLow = "bitrate.low"
    /// The bits are more than most viewers' lines carry.
    case bitrateHigh = "bitrate.high"
    /// Pictures are shown in another order than they come, where an output cannot have that.
    case reorderedFrames = "frames.reordered"

    /// How much it matters.
    public var severity: HealthSeverity {
        switch self {
        case .publisherSilent, .lineSaturated, .encoderSlow, .picturesStopped: .error
        case .lineLossy, .encoderStalls, .framesDropped, .keyframesRare, .soundStopped, .soundIncomplete, .outOfSync,
            .timestampsJump, .timestampsGoBack, .reorderedFrames:
            .warning
        case .keyframesUneven, .soundMissing, .bitrateLow, .bitrateHigh: .notice
        }
    }

    /// What whoever runs the encoder can do.
    public var remedy: String {
        switch self {
        case .publisherSilent: "Look whether the encoder still runs and its network is there."
        case .lineSaturated: "Lower the encoder's bitrate, or give it a better line: wired instead of wireless."
        case .lineLossy: "Give the encoder a better line: wired instead of wireless, nothing else on it."
        case .encoderSlow: "Give the encoder less to do: a faster preset, smaller pictures, or a hardware encoder."
        case .encoderStalls: "Look at the encoder's load and at its network; a lower bitrate often helps."
        case .framesDropped:
            "Give the encoder less to do: a faster preset, smaller pictures, or fewer of them a second."
        case .keyframesRare, .keyframesUneven: "Set the encoder's keyframe interval to 2 s."
        case .soundMissing: "If there should be sound, choose an audio source in the encoder."
        case .soundStopped: "Look at the encoder's audio source."
        case .soundIncomplete: "Look at the encoder's audio device and its sample rate."
        case .picturesStopped: "Look at the encoder's video source."
        case .outOfSync: "Restart the encoder; if it stays, look at its sync offsets and at its load."
        case .timestampsJump, .timestampsGoBack:
            "Restart the encoder; if it stays, its clock or its software is at fault."
        case .bitrateLow: "Raise the bitrate, or make the pictures smaller."
        case .bitrateHigh: "Lower the bitrate, or send several qualities, so that viewers can choose."
        case .reorderedFrames: "Turn B-frames off in the encoder."
        }
    }

    /// For how many milliseconds it must be so before it is a finding.
    var raisesAfter: Int64 {
        switch self {
        case .publisherSilent, .timestampsJump, .timestampsGoBack, .keyframesRare, .lineLossy: 0
        case .encoderStalls, .soundStopped, .picturesStopped: 1_000
        case .keyframesUneven, .outOfSync, .soundIncomplete, .framesDropped, .lineSaturated, .encoderSlow: 5_000
        case .soundMissing, .bitrateLow, .bitrateHigh, .reorderedFrames: 10_000
        }
    }

    /// For how many milliseconds it must be over before it is none any more.
    var clearsAfter: Int64 {
        switch self {
        case .publisherSilent: 2_000
        case .soundStopped, .picturesStopped, .soundMissing: 5_000
        case .timestampsJump, .timestampsGoBack: 60_000
        case .keyframesRare, .keyframesUneven, .reorderedFrames, .bitrateLow, .bitrateHigh: 10_000
        case .lineSaturated, .lineLossy, .encoderSlow, .encoderStalls, .framesDropped, .soundIncomplete, .outOfSync:
            15_000
        }
    }
}

/// How much a finding matters.
public enum HealthSeverity: String, Hashable, Sendable, CaseIterable, Comparable {
    /// It could be better.
    case notice
    /// Some viewers notice, or will.
    case warning
    /// Every viewer notices.
    case error

    /// By how much it matters.
    public static func < (left: HealthSeverity, right: HealthSeverity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .notice: 0
        case .warning: 1
        case .error: 2
        }
    }
}
