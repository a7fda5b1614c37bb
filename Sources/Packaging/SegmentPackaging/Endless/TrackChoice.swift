public import MediaModel

/// Which tracks a viewer wants in a file that holds one of pictures and one of sound.
public struct TrackChoice: Hashable, Sendable {
    /// Which of the tracks of one kind.
    public enum Pick: Hashable, Sendable {
        /// The first that the container can carry.
        case first
        /// The one with this number, or the first where there is none such.
        case number(UInt8)
        /// None of them.
        case none
    }

    /// Which pictures.
    public var video: Pick
    /// Which sound.
    public var audio: Pick

    /// Makes a choice; what is left out is the first that fits.
    public init(video: Pick = .first, audio: Pick = .first) {
        self.video = video
        self.audio = audio
    }

    /// What tells choices apart in the names of formats, such as `v-a1`.
    public var name: String { "v\(video.name)a\(audio.name)" }
}

extension TrackChoice.Pick {
    fileprivate var name: String {
        switch self {
        case .first: ""
        case .number(let number): "\(number)"
        case .none: "-"
        }
    }
}

/// The tracks of a stream that go into a file of at most one track of pictures and one of sound.
public struct TrackFeed: Sendable {
    /// What the file is written in.
    public let container: SegmentPackager.Container
    /// The pictures, if there are any.
    public let video: Track?
    /// The sound, if there is any.
    public let audio: Track?
    /// The tracks of the stream that the container cannot carry, and why.
    public let omitted: [OmittedTrack<PackagingOmission>]

    /// Selects from the tracks of a stream.
    public init(from tracks: [Track], choice: TrackChoice, container: SegmentPackager.Container) {
        let (fitting, omitted) = OmittedTrack.divide(tracks) { track, _ in container.reason(against: track) }
        self.container = container
        self.omitted = omitted
        video = choice.video.select(from: fitting.filter { $0.kind == .video })
        audio = choice.audio.select(from: fitting.filter { $0.kind == .audio })
    }

    /// The tracks of the file in their order.
    public var tracks: [Track] { [video, audio].compactMap { $0 } }

    /// Whether frames under this feed and under `other` can follow each other in one file without a decoder noticing.
    public func continues(_ other: TrackFeed) -> Bool {
        let (mine, its) = (tracks, other.tracks)
        return mine.count == its.count && zip(mine, its).allSatisfy { $0.isSame(as: $1) }
    }
}

extension TrackChoice.Pick {
    fileprivate func select(from tracks: [Track]) -> Track? {
        switch self {
        case .first: tracks.first
        case .number(let number): tracks.first { $0.id.number == number } ?? tracks.first
        case .none: nil
        }
    }
}
