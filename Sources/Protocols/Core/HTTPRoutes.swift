/// Which requests are answered by routes, by the paths that these were given.
public struct HTTPRoutes: Sendable {
    private var byPath: [String: HTTPRoute]
    private var byPrefix: [(prefix: String, route: HTTPRoute)]

    /// Makes routes of a table.
    ///
    /// - Parameter routes: by path. One that ends in `/` stands for itself and every path below it, the longest such before
    ///   the others; a path that is named whole goes before all of them. `/` alone stands for nothing but itself.
    public init(_ routes: [String: HTTPRoute] = [:]) {
        byPath = routes
        byPrefix = routes.filter { $0.key.hasSuffix("/") && $0.key != "/" }.map { (prefix: $0.key, route: $0.value) }
            .sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    /// The route of a request's path, without the query; `nil` as well where it leaves such requests to others.
    public func route(for path: String, method: String) -> HTTPRoute? {
        guard let route = byPath[path] ?? byPrefix.first(where: { path.hasPrefix($0.prefix) })?.route else {
            return nil
        }
        return route.sharesPath && !route.methods.contains(method) ? nil : route
    }
}
