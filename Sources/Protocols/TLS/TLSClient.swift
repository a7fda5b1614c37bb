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
            guard let authorities = try? NIOSSLCertificate.fromPEMBytes(PEMFile.bytes(of: path)), !authorities.isEmpty
            else { throw .noCertificate(path) }
            configuration.trustRoots = .certificates(authorities)
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

    private var handshake: EventLoopPromise<Void>?

    init(_ handshake: EventLoopPromise<Void>) {
        self.handshake = handshake
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
        complete(.failure(SecurityFailure("the server closed the connection during the TLS handshake")))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        complete(.failure(ChannelError.ioOnClosedChannel))
    }

    private func complete(_ result: Result<Void, any Error>) {
        handshake?.completeWith(result)
        handshake = nil
    }
}
