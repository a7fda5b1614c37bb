import ConfigurationReading
import EndpointCore
import NIOConcurrencyHelpers

/// What is answered at the HTTP ports beside streams: the routes of all who have some, which of them is for the
/// configuration to say.
final class ConfiguredRoutes: Sendable {
    typealias Source = @Sendable (ServerConfiguration) -> [String: HTTPRoute]

    let table = HTTPRoutes()
    private let sources = NIOLockedValueBox<[Source]>([])

    /// Adds the routes that somebody has under a configuration; a path that is taken stays with who took it.
    func add(_ source: @escaping Source) {
        sources.withLockedValue { $0.append(source) }
    }

    /// Answers as a configuration wants it from now on.
    func follow(_ configuration: ServerConfiguration) {
        let routes = sources.withLockedValue { $0 }.reduce(into: [:]) { routes, source in
            routes.merge(source(configuration)) { route, _ in route }
        }
        table.replace(with: routes)
    }
}
