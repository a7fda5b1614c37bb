extension SegmentPackager {
    /// What a DASH manifest says that the packager cannot know.
    public struct ManifestOptions: Hashable, Sendable {
        /// What stands before the names of segments and initialization sections: the way from the manifest's address to
        /// theirs.
        ///
        /// Default empty: they lie beside it.
        public var base = ""
        /// Where the time of day is served, as ISO 8601 writes it, relative to the manifest; `nil` where nowhere.
        public var timeAddress: String?
        /// What the presentation is called.
        public var title: String?

        /// Makes the default options.
        public init() {}
    }
}
