extension RTMPURL {
    /// The place that a reconnect request names, an absolute or relative reference to the ``tcURL`` of now; the stream's
    /// name stays (Enhanced RTMP v2, "Reconnect Request"; RFC 3986 §5.2).
    ///
    /// An empty reference is the place of now. All of a new path, with its query, is the application.
    ///
    /// - Throws: What is wrong with the reference.
    public func resolving(_ reference: String) throws(Fault) -> RTMPURL {
        let reference = reference.trimmed
        guard !reference.isEmpty else { return self }
        let isAbsolute = reference.prefix { $0 != "/" && $0 != "?" }.contains(":")
        if isAbsolute || reference.hasPrefix("//") {
            // The stream's name, which a URL of this kind has not, would be cut off its path.
            let parts = ServerURL(isAbsolute ? reference : "\(scheme):\(reference)")
            var result = try RTMPURL("\(parts.scheme ?? "")://\(parts.authority)")
            result.application = parts.pathAndQuery
            result.streamName = streamName
            return result
        }
        var result = self
        if reference.hasPrefix("/") {
            result.application = ServerURL(reference).pathAndQuery
        } else if reference.hasPrefix("?") {
            result.application = application.prefix { $0 != "?" } + reference
        } else {
            // What stands behind the last slash of the path of now goes.
            let path = application.prefix { $0 != "?" }
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
            result.application = ServerURL("/" + folder + reference).pathAndQuery
        }
        return result
    }
}

extension ServerURL {
    /// Host and port as they stand in a URL.
    fileprivate var authority: String {
        guard let host else { return "" }
        return (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    /// The path without slashes at its ends, and the query.
    fileprivate var pathAndQuery: String {
        var path = path[...]
        while path.last == "/" { path.removeLast() }
        return query.isEmpty ? String(path) : "\(path)?\(query)"
    }
}
