/// One way to watch the presentation (EXT-X-STREAM-INF and the URI behind it, RFC 8216bis §4.4.6.2).
public struct VariantStream: Hashable, Sendable {
    /// The Media Playlist, relative to the Multivariant Playlist.
    public var uri: String
    /// Peak of all renditions together in bits per second, overhead counted (BANDWIDTH).
    public var bandwidth: Int
    /// Average of the same (AVERAGE-BANDWIDTH).
    public var averageBandwidth: Int?
    /// Every sample format of every rendition that is referred to, as RFC 6381 writes them (CODECS).
    public var codecs: [String]
    /// Size of the pictures (RESOLUTION).
    public var resolution: Resolution?
    /// Most frames per second (FRAME-RATE).
    public var frameRate: FrameRate?
    /// Dynamic range of the pictures (VIDEO-RANGE); `nil` means SDR.
    public var videoRange: VideoRange?
    /// The group of audio renditions that go with it (AUDIO).
    public var audioGroup: String?
    /// Whether it is said that the video carries no closed captions (CLOSED-CAPTIONS=NONE).
    public var hasNoClosedCaptions: Bool

    /// Makes a variant.
    public init(
        uri: String, bandwidth: Int, averageBandwidth: Int? = nil, codecs: [String] = [], resolution: Resolution? = nil,
        frameRate: FrameRate? = nil, videoRange: VideoRange? = nil, audioGroup: String? = nil,
        hasNoClosedCaptions: Bool = false
    ) {
        self.uri = uri
        self.bandwidth = bandwidth
        self.averageBandwidth = averageBandwidth
        self.codecs = codecs
        self.resolution = resolution
        self.frameRate = frameRate
        self.videoRange = videoRange
        self.audioGroup = audioGroup
        self.hasNoClosedCaptions = hasNoClosedCaptions
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        let malformed = PlaylistFault.malformedTag(attributes.tag, line: attributes.line)
        uri = ""
        bandwidth = try attributes.require(.bandwidth, attributes.count(.bandwidth))
        averageBandwidth = try attributes.count(.averageBandwidth)
        codecs = try (attributes.quoted(.codecs) ?? "").split(separator: ",").map(String.init)
        if let text = try attributes.bare(.resolution) {
            guard let value = Resolution(text) else { throw malformed }
            resolution = value
        }
        if let text = try attributes.bare(.frameRate) {
            guard let value = FrameRate(text) else { throw malformed }
            frameRate = value
        }
        // A range that is not known belongs to a later version of the specification; it is no fault.
        videoRange = try attributes.bare(.videoRange).flatMap { VideoRange(rawValue: String($0)) }
        audioGroup = try attributes.quoted(.audio)
        // CLOSED-CAPTIONS is a quoted group or the bare word NONE.
        hasNoClosedCaptions = attributes.isBare(.closedCaptions, "NONE")
    }

    var text: String {
        var list = AttributeListWriter()
        list.add(.bandwidth, bare: String(bandwidth))
        if let averageBandwidth { list.add(.averageBandwidth, bare: String(averageBandwidth)) }
        if !codecs.isEmpty { list.add(.codecs, quoted: codecs.joined(separator: ",")) }
        if let resolution { list.add(.resolution, bare: resolution.text) }
        if let frameRate { list.add(.frameRate, bare: frameRate.text) }
        if let videoRange { list.add(.videoRange, bare: videoRange.rawValue) }
        if let audioGroup { list.add(.audio, quoted: audioGroup) }
        if hasNoClosedCaptions { list.add(.closedCaptions, bare: "NONE") }
        return list.text
    }
}

/// The dynamic range of pictures (VIDEO-RANGE).
public enum VideoRange: String, Hashable, Sendable, CaseIterable {
    case standard = "SDR"
    case hybridLogGamma = "HLG"
    case perceptualQuantizer = "PQ"
}
