import M3U8
import MediaModel
import NIOCore

/// The segments that a Media Playlist lists, and their lines, each written once.
///
/// A player close to the end asks for a playlist with every part. What such a state costs must not depend on how much of
/// the past is listed: the lines of whole segments are put together with each segment, and a part costs its own.
struct PlaylistWindow {
    private struct Line {
        /// Without parts.
        let text: String
        /// With the parts, as long as they are listed.
        var textWithParts: String?
        /// Whether the text puts its initialization section in force itself.
        let declaresInitialization: Bool
        /// Whether a decoder can begin here.
        let isIndependent: Bool
        /// The playlist version that the line needs.
        let version: Int
    }

    /// Oldest first, with the parts that are still listed.
    private(set) var segments: [MediaSegment] = []
    /// When each of them begins and how long it lasts; `nil` for gaps.
    private(set) var times: [SegmentTimes?] = []
    /// How many of the oldest a delta update leaves out.
    private(set) var skippable = 0
    /// The lines of those.
    private(set) var skippableLines = ByteBuffer()
    /// The lines of the others.
    private(set) var recentLines = ByteBuffer()

    /// The playlist version that the lines need.
    private(set) var version = 1

    private var lines: [Line] = []
    private var dependent = 0
    private var gaps = 0

    var count: Int { segments.count }
    /// Whether a decoder can begin with every segment.
    var hasIndependentSegments: Bool { dependent == 0 }
    /// Whether a segment with media is listed.
    var hasMedia: Bool { gaps < segments.count }

    mutating func append(_ segment: MediaSegment, isIndependent: Bool, times: SegmentTimes?) {
        let previous = segments.last?.initialization
        var bare = segment
        bare.parts = []
        lines.append(
            Line(
                text: bare.text(after: previous),
                textWithParts: segment.parts.isEmpty ? nil : segment.text(after: previous),
                declaresInitialization: segment.initialization != previous && segment.initialization != nil,
                isIndependent: isIndependent,
                version: MediaPlaylist(targetDuration: 0, segments: [bare]).requiredVersion))
        segments.append(segment)
        self.times.append(times)
        if !isIndependent { dependent += 1 }
        if segment.isGap { gaps += 1 }
    }

    mutating func removeFirst() {
        guard let segment = segments.first, let line = lines.first else { return }
        if !line.isIndependent { dependent -= 1 }
        if segment.isGap { gaps -= 1 }
        segments.removeFirst()
        lines.removeFirst()
        times.removeFirst()
    }

    /// Puts the lines together, with the parts of segments that are less than `parts` from the end, and with those apart
    /// that end further than `skip` from it.
    mutating func compose(parts: Duration, skip: Duration?) {
        var distance = Duration.zero
        skippable = 0
        for index in segments.indices.reversed() {
            if distance > parts {
                // Those before have lost theirs long ago.
                if skippable > 0, lines[index].textWithParts == nil { break }
                segments[index].parts = []
                lines[index].textWithParts = nil
            }
            if let skip, skippable == 0, distance >= skip { skippable = index + 1 }
            distance += segments[index].duration
        }
        version = lines.lazy.map(\.version).max() ?? 1
        skippableLines = ByteBuffer()
        recentLines = ByteBuffer()
        for (index, line) in lines.enumerated() {
            var text = line.textWithParts ?? line.text
            // The section that is in force must be said with the first segment.
            if index == 0, !line.declaresInitialization { text = segments[0].text(after: nil) }
            if index < skippable { skippableLines.writeString(text) } else { recentLines.writeString(text) }
        }
    }
}
