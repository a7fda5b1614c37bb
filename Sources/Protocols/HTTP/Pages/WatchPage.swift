import MediaModel

/// The page that plays a stream: one document, style and script inside, no request to anybody else.
enum WatchPage {
    private static let template = String(decoding: PackageResources.watch_html, as: UTF8.self)
        .replacing("{{style}}", with: String(decoding: PackageResources.watch_css, as: UTF8.self))
        .replacing("{{script}}", with: String(decoding: PackageResources.watch_js, as: UTF8.self))

    /// The document for a stream.
    ///
    /// A path's characters need no escaping in HTML.
    ///
    /// - Parameter isEmbedded: whether it is to fill an `iframe`, with nothing beside the player.
    static func document(for path: StreamPath, isEmbedded: Bool) -> String {
        template
            .replacing("{{name}}", with: path.name)
            .replacing("{{mode}}", with: isEmbedded ? "embed" : "page")
    }
}
