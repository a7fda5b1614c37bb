import EndpointCore
import NIOCore
import NIOSSL

/// Puts what BoringSSL says of a connection into the words of the house, and keeps to itself what is no failure.
final class SecurityFailureReporter: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown:
            // The peer closed without a word of TLS, as encoders do. RTMP and HTTP have ends of their own, and what
            // happened is told by the channel's becoming inactive.
            break
        case is NIOSSLCloseTimedOutError:
            break
        case let error as NIOSSLError:
            context.fireErrorCaught(SecurityFailure(error))
        case let error as NIOSSLExtraError:
            context.fireErrorCaught(
                SecurityFailure("the server's certificate was not accepted: \(error)", reason: .untrusted))
        default:
            context.fireErrorCaught(error)
        }
    }
}

extension SecurityFailure {
    init(_ error: NIOSSLError) {
        guard case .handshakeFailed(.sslError(let stack)) = error else {
            self.init("TLS failed: \(error)")
            return
        }
        let words = stack.map { "\($0)" }.joined(separator: "; ")
        let isCutOff = stack.contains(.eofDuringHandshake)
        self.init("the TLS handshake failed: \(words)", reason: isCutOff ? .notEncrypted : Self.reason(in: words))
    }

    /// The kind of failure: NIOSSL hands on what BoringSSL found as text alone, in which its errors have their names.
    private static func reason(in words: String) -> Reason {
        if words.contains("CERTIFICATE_VERIFY_FAILED") { return .untrusted }
        // An answer that is no TLS, and the alert with which servers tell that there is none at their port.
        let names = ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HANDSHAKE_FAILURE_ON_CLIENT_HELLO"]
        return names.contains { words.contains($0) } ? .notEncrypted : .other
    }
}
