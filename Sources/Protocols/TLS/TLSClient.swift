public import EndpointCore
public import NIOCore
import NIOSSL
import NIOTLS

/// TLS for connections that go out.
public struct TLSClient: ClientSecurity {
    /// Whom to believe.
    public enum Trust: Sendable, Equatable {
        /// The authorities that the system trusts.
        case system
        /// Those in a file in PEM form; a self-signed certificate is its own authority.
        case file(String)
        /// Everybody: encryption without knowing with whom.
        case anybody
    }

    private let context: NIOSSLContext

    /// Makes a client; what it takes from files is read now.
    public init(trust: Trust) throws(CertificateFault) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch trust {
        case .system:
            break
        case .file(let path):
            configuration.trustRoots = .certificates(try PEMFile.certificates(of: path))
        case .anybody:
            configuration.certificateVerification = .none
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusable("\(error)")
        }
    }

    /// Puts encryption before everything else; the server's certificate must be for `host`, which it is told (SNI).
    public func secure(_ channel: any Channel, to host: String) throws -> EventLoopFuture<Void> {
        // RFC 6066 §3: an address is no name; the certificate must then be for the address.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
        let handshake = channel.eventLoop.makePromise(of: Void.self)
        try channel.pipeline.syncOperations.addHandlers(
            [handler, SecurityFailureReporter(), HandshakeWatch(handshake)], position: .first)
        return handshake.futureResult
    }
}

/// Tells when a handshake is over, and how.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    /// How long a server may take: one that speaks something else may wait for more of it, and never answer.
    private static let timeLimit = TimeAmount.seconds(10)

    private var handshake: EventLoopPromise<Void>?
    private var timer: Scheduled<Void>?

    init(_ handshake: EventLoopPromise<Void>) {
        self.handshake = handshake
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.timeLimit) {
            self.complete(
                .failure(SecurityFailure("the server does not answer in the TLS handshake", reason: .notEncrypted)))
            context.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { complete(.success(())) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        complete(.failure(error))
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        complete(
            .failure(
                SecurityFailure("the server closed the connection during the TLS handshake", reason: .notEncrypted)))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        complete(.failure(ChannelError.ioOnClosedChannel))
    }

    private func complete(_ result: Result<Void, any Error>) {
        timer?.cancel()
        timer = nil
        handshake?.completeWith(result)
        handshake = nil
    }
}
