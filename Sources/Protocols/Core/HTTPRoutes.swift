import NIOConcurrencyHelpers

/// Which requests are answered by routes, by the paths that these were given.
public final class HTTPRoutes: Sendable {
    private struct Table {
        var byPath: [String: HTTPRoute]
        var byPrefix: [(prefix: String, route: HTTPRoute)]

        init(_ routes: [String: HTTPRoute]) {
            byPath = routes
            byPrefix = routes.filter { $0.key.hasSuffix("/") && $0.key != "/" }
                .map { (prefix: $0.key, route: $0.value) }
                .sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        }
    }

    private let table: NIOLockedValueBox<Table>

    /// Makes routes of a table.
    ///
    /// - Parameter routes: by path. One that ends in `/` stands for itself and every path below it, the longest such before
    ///   the others; a path that is named whole goes before all of them. `/` alone stands for nothing but itself.
    public init(_ routes: [String: HTTPRoute] = [:]) {
        table = NIOLockedValueBox(Table(routes))
    }

    /// Puts other routes in the place of all; requests that are being answered go on.
    public func replace(with routes: [String: HTTPRoute]) {
        let new = Table(routes)
        table.withLockedValue { $0 = new }
    }

    /// The route of a request's path, without the query; `nil` as well where it leaves such requests to others.
    public func route(for path: String, method: String) -> HTTPRoute? {
        let table = table.withLockedValue { $0 }
        guard let route = table.byPath[path] ?? table.byPrefix.first(where: { path.hasPrefix($0.prefix) })?.route
        else { return nil }
        return route.sharesPath && !route.methods.contains(method) ? nil : route
    }
}
