import EndpointCore
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import TransportSecurity

@Suite("TLS of connections that go out")
struct TLSClientTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test("believes servers with certificates that it was told of, and no others")
    func trust() async throws {
        let files = try folder.certificate("a", names: ["localhost"])
        let other = try folder.certificate("b", names: ["localhost"])
        let store = try CertificateStore(
            [files], profiles: [TLSProfile()], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let security = store.security(TLSProfile())
        let server = try await listen { channel in try security.secure(channel) }
        defer { server.close(promise: nil) }
        #expect(try await failure(of: .file(files.certificate), at: server) == nil)
        #expect(try await failure(of: .anybody, at: server) == nil)
        #expect(try await failure(of: .file(other.certificate), at: server) == .untrusted)
        #expect(try await failure(of: .file(files.certificate), at: server, named: "other.example") == .untrusted)
    }

    @Test(
        "tells that a server speaks none",
        arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}", ""])
    func plain(answer: String) async throws {
        let server = try await listen { channel in
            try channel.pipeline.syncOperations.addHandler(PlainServer(answer))
        }
        defer { server.close(promise: nil) }
        #expect(try await failure(of: .anybody, at: server) == .notEncrypted)
    }

    @Test("needs the file that it is told of")
    func file() throws {
        let missing = folder.path + "/missing"
        #expect(throws: CertificateFault.unreadable(missing, "no such file")) { try TLSClient(trust: .file(missing)) }
    }

    private func listen(
        _ prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// Why a client does not come to a secure connection; `nil` when it does.
    private func failure(
        of trust: TLSClient.Trust, at server: any Channel, named host: String = "localhost"
    ) async throws -> SecurityFailure.Reason? {
        let client = try TLSClient(trust: trust)
        let (channel, handshake) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0) { channel in
                channel.eventLoop.makeCompletedFuture { (channel, try client.secure(channel, to: host)) }
            }
        defer { channel.close(promise: nil) }
        do {
            try await handshake.get()
            return nil
        } catch let failure as SecurityFailure {
            return failure.reason
        }
    }
}

/// A server without TLS: it answers the first bytes, and closes.
private final class PlainServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String

    init(_ answer: String) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !answer.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil) }
        context.close(promise: nil)
    }
}
