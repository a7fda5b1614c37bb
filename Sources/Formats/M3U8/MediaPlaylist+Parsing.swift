import TextCoding

extension MediaPlaylist {
    /// Reads a playlist from bytes, which must be UTF-8.
    public init(bytes: some Sequence<UInt8>, limits: PlaylistLimits = PlaylistLimits()) throws(PlaylistFault) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        try self.init(text, limits: limits)
    }

    /// Reads a playlist.
    ///
    /// Tags that are not known are passed over.
    public init(_ text: String, limits: PlaylistLimits = PlaylistLimits()) throws(PlaylistFault) {
        var lines = try PlaylistLines(text, limits: limits)
        var reader = MediaPlaylistReader()
        while let line = try lines.next() {
            switch line {
            case .tag(let tag, let value): try reader.take(tag, value, line: lines.number)
            case .uri(let uri): try reader.take(uri: uri, line: lines.number, limit: limits.segments)
            }
        }
        self = try reader.finish()
    }
}

/// The state of reading: the playlist so far, and the tags that wait for their segment.
private struct MediaPlaylistReader {
    /// Most parts of one segment: 1,000, more than frames in any.
    private static let mostParts = 1_000
    /// Most rendition reports: 1,000.
    private static let mostReports = 1_000

    private var playlist = MediaPlaylist(targetDuration: 0)
    private var seen: Set<PlaylistTag> = []
    private var version = 1
    /// The segment that the next URI completes, and the tags that have been seen of it.
    private var pending = MediaSegment(uri: "", duration: .zero)
    private var pendingTags: Set<PlaylistTag> = []

    mutating func take(_ tag: PlaylistTag, _ value: Substring, line: Int) throws(PlaylistFault) {
        switch tag {
        case .header, .version, .independentSegments, .targetDuration, .mediaSequence, .discontinuitySequence,
            .playlistType, .endList, .serverControl, .partInformation, .skip:
            guard seen.insert(tag).inserted else { throw .duplicateTag(tag, line: line) }
            try takeHeader(tag, value, line: line)
        case .segmentDuration, .byteRange, .discontinuity, .initialization, .programDateTime, .gap:
            guard pendingTags.insert(tag).inserted else { throw .duplicateTag(tag, line: line) }
            try takeSegment(tag, value, line: line)
        case .part:
            guard pending.parts.count < Self.mostParts else { throw .tooManySegments }
            pending.parts.append(try PartialSegment(AttributeList(value, tag: tag, line: line)))
        case .preloadHint:
            let hint = try PreloadHint(AttributeList(value, tag: tag, line: line))
            guard !playlist.preloadHints.contains(where: { $0.kind == hint.kind }) else {
                throw .duplicateTag(tag, line: line)
            }
            playlist.preloadHints.append(hint)
        case .renditionReport:
            guard playlist.renditionReports.count < Self.mostReports else { throw .tooManySegments }
            playlist.renditionReports.append(try RenditionReport(AttributeList(value, tag: tag, line: line)))
        case .rendition, .variantStream:
            throw .foreignTag(tag, line: line)
        }
    }

    private mutating func takeHeader(_ tag: PlaylistTag, _ value: Substring, line: Int) throws(PlaylistFault) {
        switch tag {
        case .version: version = try count(tag, value, line: line)
        case .independentSegments: playlist.hasIndependentSegments = true
        case .targetDuration: playlist.targetDuration = try count(tag, value, line: line)
        case .mediaSequence:
            guard playlist.segments.isEmpty else { throw .misplacedTag(tag, line: line) }
            playlist.mediaSequence = try count(tag, value, line: line)
        case .discontinuitySequence:
            guard playlist.segments.isEmpty, !pendingTags.contains(.discontinuity) else {
                throw .misplacedTag(tag, line: line)
            }
            playlist.discontinuitySequence = try count(tag, value, line: line)
        case .playlistType:
            guard let type = PlaylistType(rawValue: String(value)) else { throw .malformedTag(tag, line: line) }
            playlist.type = type
        case .serverControl: playlist.serverControl = try ServerControl(AttributeList(value, tag: tag, line: line))
        case .partInformation:
            let attributes = try AttributeList(value, tag: tag, line: line)
            playlist.partTarget = try attributes.require(.partTarget, attributes.seconds(.partTarget))
        case .skip:
            let attributes = try AttributeList(value, tag: tag, line: line)
            guard playlist.segments.isEmpty else { throw .misplacedTag(tag, line: line) }
            playlist.skippedSegments = try attributes.require(.skippedSegments, attributes.count(.skippedSegments))
        default:
            playlist.isEnded = true
        }
    }

    private mutating func takeSegment(_ tag: PlaylistTag, _ value: Substring, line: Int) throws(PlaylistFault) {
        switch tag {
        case .segmentDuration:
            guard let length = SegmentDuration(value) else { throw .malformedTag(tag, line: line) }
            pending.duration = length.duration
            pending.title = length.title
        case .byteRange:
            guard let range = ByteRange(value) else { throw .malformedTag(tag, line: line) }
            pending.byteRange = range
        case .initialization:
            pending.initialization = try MediaInitializationSection(AttributeList(value, tag: tag, line: line))
        case .programDateTime:
            guard let time = ProgramDateTime(String(value)) else { throw .malformedTag(tag, line: line) }
            pending.programDateTime = time
        case .discontinuity:
            pending.isDiscontinuous = true
        default:
            pending.isGap = true
        }
    }

    mutating func take(uri: Substring, line: Int, limit: Int) throws(PlaylistFault) {
        guard pendingTags.contains(.segmentDuration) else { throw .unexpectedURI(line: line) }
        guard playlist.segments.count < limit else { throw .tooManySegments }
        pending.uri = String(uri)
        playlist.segments.append(pending)
        // An initialization section holds until the next one.
        pending = MediaSegment(uri: "", duration: .zero, initialization: pending.initialization)
        pendingTags = []
    }

    consuming func finish() throws(PlaylistFault) -> MediaPlaylist {
        guard seen.contains(.targetDuration) else { throw .missingTag(.targetDuration) }
        guard !pendingTags.contains(.segmentDuration) else { throw .missingURI(.segmentDuration) }
        if !pending.parts.isEmpty { playlist.segmentUnderConstruction = pending }
        if version != playlist.requiredVersion { playlist.divergentVersion = version }
        return playlist
    }

    private func count(_ tag: PlaylistTag, _ value: Substring, line: Int) throws(PlaylistFault) -> Int {
        guard let count = DecimalInteger.parseCount(value) else { throw .malformedTag(tag, line: line) }
        return count
    }
}
