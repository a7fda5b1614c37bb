import EndpointCore

/// Tells requests that a page of another site made a browser send.
///
/// A browser adds what it knows of itself, such as being on a machine that is trusted; so nothing is changed at the word
/// of a foreign page. Programs that are no browser send neither field.
enum CrossSiteRequests {
    /// Whether the page that caused the request, if one did, is not our own.
    static func isForeign(_ request: HTTPRoute.Request) -> Bool {
        if let site = request.headers["sec-fetch-site"] { return site != "same-origin" && site != "none" }
        guard let origin = request.headers["origin"] else { return false }
        // An origin is `scheme://host:port`, or `null` (RFC 6454 §7.1).
        guard let authority = request.authority, let colon = origin.firstIndex(of: ":"),
            origin[colon...].hasPrefix("://")
        else { return true }
        return origin[colon...].dropFirst(3).lowercased() != authority.lowercased()
    }
}
