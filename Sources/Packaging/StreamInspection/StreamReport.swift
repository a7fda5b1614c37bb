/// What an inspection found in a stream.
public struct StreamReport: Codable, Equatable, Sendable {
    /// One track and what its frames showed.
    public struct TrackReport: Codable, Equatable, Sendable {
        /// `video` or `audio`.
        public var kind: String
        /// The number of the track within its kind.
        public var number: Int
        /// The coding, by the house's name for it.
        public var codec: String
        /// The coding as RFC 6381 writes it, where that is known.
        public var codecString: String?
        /// Picture width in pixels.
        public var width: Int?
        /// Picture height in pixels.
        public var height: Int?
        /// Samples per second.
        public var sampleRate: Int?
        /// Number of channels.
        public var channels: Int?
        /// Frames that were seen.
        public var frames: Int
        /// Payload bits per second over the media time that was seen.
        public var bitsPerSecond: Int?
        /// Frames per second, measured.
        public var frameRate: Double?
        /// Mean distance of sync frames in seconds; pictures only.
        public var keyframeInterval: Double?
        /// Greatest distance of sync frames in seconds; pictures only.
        public var longestKeyframeInterval: Double?
        /// Whether frames are shown in another order than they are decoded.
        public var hasReorderedFrames: Bool
    }

    /// A fault of the timestamps, and how often it came.
    public struct TimestampFault: Codable, Equatable, Sendable {
        /// `video` or `audio` and the track's number, such as `video 0`.
        public var track: String
        /// What is wrong, in words.
        public var fault: String
        /// How often.
        public var count: Int
        /// Where it came first, in milliseconds.
        public var firstMilliseconds: Int64
    }

    /// Something that is wrong with the stream as its viewers would meet it.
    public struct Finding: Codable, Equatable, Sendable {
        /// What is wrong, by the name that the server's API gives it.
        public var rule: String
        /// `error`, `warning` or `notice`.
        public var severity: String
        /// The track that it is wrong with, such as `video 0`; `nil` for the whole stream.
        public var track: String?
        /// One sentence with the measured figure.
        public var text: String
        /// What to do.
        public var remedy: String
        /// Where it was found, in seconds of media time from the beginning.
        public var seconds: Double
    }

    /// The tracks, video first.
    public var tracks: [TrackReport]
    /// Media time from the first frame to the last, in seconds.
    public var duration: Double
    /// Faults of the timestamps; empty when there are none.
    public var timestampFaults: [TimestampFault]
    /// Tags that could not be read.
    public var skippedTags: Int
    /// Times that the set of tracks or a configuration changed after the beginning.
    public var configurationChanges: Int
    /// What is wrong with it, the gravest first; empty when nothing is.
    public var findings: [Finding]
}

extension StreamReport: CustomStringConvertible {
    /// The report for a person, several lines.
    public var description: String {
        var lines: [String] = tracks.map(\.description)
        if tracks.isEmpty { lines.append("no track was seen") }
        lines.append("duration   \(duration.rounded(toPlaces: 3)) s")
        if configurationChanges > 0 { lines.append("changes    \(configurationChanges) of tracks or configuration") }
        if skippedTags > 0 { lines.append("unreadable \(skippedTags) tags") }
        if timestampFaults.isEmpty {
            lines.append("timestamps no fault")
        } else {
            lines += timestampFaults.map {
                "timestamps \($0.track): \($0.fault), \($0.count) times, first at \($0.firstMilliseconds) ms"
            }
        }
        lines += findings.map { "\($0.severity.padded(to: 11))\($0.text). \($0.remedy)" }
        return lines.joined(separator: "\n")
    }
}

extension StreamReport.TrackReport: CustomStringConvertible {
    /// The track in one line.
    public var description: String {
        var parts = ["\(kind) \(number)".padded(to: 10), codec]
        if let codecString { parts.append("(\(codecString))") }
        if let width, let height { parts.append("\(width)x\(height)") }
        if let sampleRate { parts.append("\(sampleRate) Hz") }
        if let channels { parts.append("\(channels) ch") }
        if let bitsPerSecond { parts.append("\((bitsPerSecond + 500) / 1_000) kb/s") }
        if let frameRate { parts.append("\(frameRate.rounded(toPlaces: 2)) frames/s") }
        if let keyframeInterval {
            parts.append("keyframe every \(keyframeInterval.rounded(toPlaces: 2)) s")
            if let longest = longestKeyframeInterval, longest > keyframeInterval * 1.5 {
                parts.append("(longest \(longest.rounded(toPlaces: 2)) s)")
            }
        }
        if hasReorderedFrames { parts.append("B-frames") }
        parts.append("\(frames) frames")
        return parts.joined(separator: " ")
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
        return (self * factor).rounded() / factor
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
