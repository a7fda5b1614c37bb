import EndpointCore
import MediaModel
import ServerConfiguration

/// Decides by the configuration file: who is on this machine, and who knows a key.
struct ConfiguredAuthorizer: StreamAuthorizer {
    /// The query parameters that may carry a key beside a public name.
    private static let keyParameters: Set<String> = ["key", "token"]

    let configuration: CurrentConfiguration

    func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
        let auth = configuration.value.auth
        // A key in the place of the name says which stream it is for.
        if let key = auth.keys.first(where: { $0.secret.matches(wish.name) && $0.path.application == wish.application })
        {
            return .allow(key.path)
        }
        let path: StreamPath
        do throws(StreamPath.Fault) {
            path = try StreamPath(application: wish.application, name: wish.name)
        } catch {
            return .deny(.illegalName(error))
        }
        switch auth.publish {
        case .open: return .allow(path)
        case .local where Self.isLoopback(wish.peerAddress): return .allow(path)
        case .local, .key:
            let presented = wish.query.filter { Self.keyParameters.contains($0.name) }.map(\.value)
            let isKnown = auth.keys.contains { key in
                key.path == path && presented.contains { key.secret.matches($0) }
            }
            return isKnown ? .allow(path) : .deny(.keyRequired)
        }
    }

    func authorizePlay(_ wish: StreamWish) async -> StreamDecision {
        do throws(StreamPath.Fault) {
            return .allow(try StreamPath(application: wish.application, name: wish.name))
        } catch {
            return .deny(.illegalName(error))
        }
    }

    private static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.")
    }
}
