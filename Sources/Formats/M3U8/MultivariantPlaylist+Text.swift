extension MultivariantPlaylist {
    /// The playlist as text: lines end with LF, the last one too.
    public var text: String {
        var writer = PlaylistWriter(version: divergentVersion ?? requiredVersion)
        if hasIndependentSegments { writer.write(.independentSegments) }
        for rendition in renditions { writer.write(.rendition, rendition.text) }
        for variant in variants {
            writer.write(.variantStream, variant.text)
            writer.write(uri: variant.uri)
        }
        return writer.text
    }
}
