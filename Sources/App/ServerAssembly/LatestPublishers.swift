import EndpointCore
import MediaModel
import NIOConcurrencyHelpers

/// Who published a stream last: a recording may be told of when its publisher has left.
final class LatestPublishers: Sendable {
    /// Streams of which it is kept: 10,000.
    ///
    /// Of more, somebody is forgotten.
    private static let most = 10_000

    private let clients = NIOLockedValueBox<[StreamPath: ClientFacts]>([:])

    func note(_ client: ClientFacts, of path: StreamPath) {
        clients.withLockedValue { clients in
            if clients[path] == nil, clients.count >= Self.most { clients.remove(at: clients.startIndex) }
            clients[path] = client
        }
    }

    func client(of path: StreamPath) -> ClientFacts? { clients.withLockedValue { $0[path] } }
}
