public import NIOCore

/// One version of one track of a stream: what it carries and how to decode it.
///
/// A track is immutable and its identity is its version: when the configuration changes, a new object takes its place,
/// and whoever holds frames of both sees the change with `!==`.
public final class Track: Sendable {
    /// Tells the tracks of one kind in one stream apart: 0 is the default track (Enhanced RTMP v2, "Multitrack").
    public struct ID: Hashable, Comparable, Sendable {
        /// Pictures or sound.
        public let kind: MediaKind
        /// 0 … 255; 0 is the default.
        public let number: UInt8

        /// Makes an identifier.
        public init(_ kind: MediaKind, _ number: UInt8 = 0) {
            self.kind = kind
            self.number = number
        }

        /// Orders video before audio, then by number.
        public static func < (left: ID, right: ID) -> Bool {
            left.kind == right.kind ? left.number < right.number : left.kind == .video
        }
    }

    /// Which track of the stream this describes.
    public let id: ID
    /// The unit of this track's decoding times and composition offsets.
    public let timescale: Timescale
    /// How to decode the frames.
    public let configuration: CodecConfiguration
    /// The language of the track as BCP 47 writes it, if somebody said so.
    public let language: String?
    /// What the publisher calls the track, for people to read; at most `longestName` bytes.
    public let name: String?

    /// The longest name, in bytes of UTF-8: 255.
    public static let longestName = 255

    /// Makes a version of a track.
    public init(
        id: ID, timescale: Timescale, configuration: CodecConfiguration, language: String? = nil, name: String? = nil
    ) {
        self.id = id
        self.timescale = timescale
        self.configuration = configuration
        self.language = language
        self.name = name
    }

    /// Pictures or sound.
    public var kind: MediaKind { id.kind }
    /// The coding.
    public var codec: Codec { configuration.codec }
}

extension [Track] {
    /// How many bytes their decoder configuration records have together.
    @inlinable
    public var recordBytes: Int { reduce(0) { $0 + $1.configuration.record.readableBytes } }
}
