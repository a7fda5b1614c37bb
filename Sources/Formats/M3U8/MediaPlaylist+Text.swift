import TextCoding

extension MediaPlaylist {
    /// The playlist as text: lines end with LF, the last one too.
    public var text: String {
        var text = headerText(version: divergentVersion ?? requiredVersion)
        var initialization: MediaInitializationSection?
        for segment in segments {
            text += segment.text(after: initialization)
            initialization = segment.initialization ?? initialization
        }
        return text + closingText(after: initialization)
    }

    // The pieces of the text, for who writes each once and puts them together many times.

    /// The tags that stand before the first segment.
    public func headerText(version: Int) -> String {
        var writer = PlaylistWriter(version: version)
        writer.write(.targetDuration, String(targetDuration))
        if let serverControl { writer.write(.serverControl, serverControl.text) }
        if let partTarget {
            var list = AttributeListWriter()
            list.add(.partTarget, bare: DecimalSeconds.text(partTarget))
            writer.write(.partInformation, list.text)
        }
        writer.write(.mediaSequence, String(mediaSequence))
        // Required before discontinuities are ever removed; harmless before that.
        writer.write(.discontinuitySequence, String(discontinuitySequence))
        if let type { writer.write(.playlistType, type.rawValue) }
        if hasIndependentSegments { writer.write(.independentSegments) }
        if skippedSegments > 0 {
            var list = AttributeListWriter()
            list.add(.skippedSegments, bare: String(skippedSegments))
            writer.write(.skip, list.text)
        }
        return writer.text
    }

    /// What stands behind the last whole segment, whose initialization section is `initialization`.
    public func closingText(after initialization: MediaInitializationSection?) -> String {
        var writer = PlaylistWriter()
        if let segment = segmentUnderConstruction { writer.writeBeginning(of: segment, after: initialization) }
        for hint in preloadHints { writer.write(.preloadHint, hint.text) }
        for report in renditionReports { writer.write(.renditionReport, report.text) }
        if isEnded { writer.write(.endList) }
        return writer.text
    }
}

extension MediaSegment {
    /// The lines of the segment, behind one whose initialization section was `previous`.
    public func text(after previous: MediaInitializationSection?) -> String {
        var writer = PlaylistWriter()
        writer.writeBeginning(of: self, after: previous)
        if isGap { writer.write(.gap) }
        if let byteRange { writer.write(.byteRange, byteRange.text) }
        writer.write(.segmentDuration, SegmentDuration(duration: duration, title: title).text)
        writer.write(uri: uri)
        return writer.text
    }
}

extension PlaylistWriter {
    /// The tags that must stand before the first part, and the parts.
    fileprivate mutating func writeBeginning(of segment: MediaSegment, after previous: MediaInitializationSection?) {
        if segment.isDiscontinuous { write(.discontinuity) }
        if let needed = segment.initialization, needed != previous { write(.initialization, needed.text) }
        if let time = segment.programDateTime { write(.programDateTime, time.text) }
        for part in segment.parts { write(.part, part.text) }
    }
}
