public import MediaModel

/// What a player must read before the first fragment: the CMAF header, in HLS the Media Initialization Section
/// (ISO/IEC 14496-12 §8.2, ISO/IEC 23000-19 §7.3.2).
///
/// The same value is written and read back.
public struct InitializationSegment: Equatable, Sendable {
    /// The longest decoder configuration record that is written: 65,536 bytes.
    ///
    /// An `AVCDecoderConfigurationRecord` with
    /// one parameter set of each kind has about 50; the limit keeps what a publisher sends from every viewer's header.
    public static let longestRecord = 65_536

    /// The tracks, in the order of their ids.
    public var tracks: [TrackHeader]

    /// Makes a segment of track headers.
    public init(tracks: [TrackHeader]) {
        self.tracks = tracks
    }
}

/// What an initialization segment says about one track.
public struct TrackHeader: Equatable, Sendable {
    /// The unit of the track's decode times, durations and composition offsets; at most 2³² − 1 ticks per second.
    public var timescale: Timescale
    /// How to decode the samples.
    public var configuration: CodecConfiguration
    /// The language of the track as BCP 47 writes it, if known.
    public var language: String?

    /// Makes a header of what it says.
    public init(timescale: Timescale, configuration: CodecConfiguration, language: String? = nil) {
        self.timescale = timescale
        self.configuration = configuration
        self.language = language
    }

    /// Makes the header of `track`, its samples to be timed in `timescale`.
    public init(_ track: Track, timescale: Timescale) {
        self.init(timescale: timescale, configuration: track.configuration, language: track.language)
    }
}
