extension MediaPlaylist {
    /// The playlist as text: lines end with LF, the last one too.
    public var text: String {
        var writer = PlaylistWriter(version: divergentVersion ?? requiredVersion)
        writer.write(.targetDuration, String(targetDuration))
        writer.write(.mediaSequence, String(mediaSequence))
        // Required before discontinuities are ever removed; harmless before that.
        writer.write(.discontinuitySequence, String(discontinuitySequence))
        if let type { writer.write(.playlistType, type.rawValue) }
        if hasIndependentSegments { writer.write(.independentSegments) }
        var initialization: MediaInitializationSection?
        for segment in segments {
            if segment.isDiscontinuous { writer.write(.discontinuity) }
            if let needed = segment.initialization, needed != initialization {
                writer.write(.initialization, needed.text)
                initialization = needed
            }
            if let time = segment.programDateTime { writer.write(.programDateTime, time.text) }
            if segment.isGap { writer.write(.gap) }
            if let range = segment.byteRange { writer.write(.byteRange, range.text) }
            writer.write(.segmentDuration, SegmentDuration(duration: segment.duration, title: segment.title).text)
            writer.write(uri: segment.uri)
        }
        if isEnded { writer.write(.endList) }
        return writer.text
    }
}
