import EndpointCore
import NIOPosix
import RTMPEndpoint
import RTMPSession

extension RTMPClient {
    /// Connects to the server of an address.
    ///
    /// - Throws: `CommandFailure`.
    static func connect(to url: RTMPURL, security: (any ClientSecurity)?) async throws -> RTMPClient {
        do {
            return try await connect(
                RTMPClientSession.Configuration(url: url), security: security,
                eventLoops: MultiThreadedEventLoopGroup.singleton)
        } catch {
            throw CommandSubject.rtmp(url).failure(error)
        }
    }
}
