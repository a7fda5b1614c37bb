import ConfigurationReading
import EndpointCore
import MediaModel

/// Decides by the configuration in force: who is on this machine, and who knows a key.
struct ConfiguredAuthorizer: StreamAuthorizer {
    let configuration: CurrentConfiguration

    func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
        let admission = configuration.value.auth.admit(
            application: wish.application, name: wish.name, query: wish.query,
            isLocal: Self.isLoopback(wish.peerAddress))
        switch admission {
        case .admitted(let path): return .allow(path)
        case .keyRequired: return .deny(.keyRequired)
        case .illegalName(let fault): return .deny(.illegalName(fault))
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
