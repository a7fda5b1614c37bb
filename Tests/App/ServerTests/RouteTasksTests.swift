import EndpointCore
import Foundation
import HTTPDelivery
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Where requests for routes are answered", .timeLimit(.minutes(15)))
struct RouteTasksTests {
    @Test("what is quick on an event loop, what may take long beside them", arguments: [true, false])
    func place(isQuick: Bool) async throws {
        let loops = MultiThreadedEventLoopGroup.singleton
        let route = HTTPRoute(methods: ["GET"], mostBodyBytes: 0, isQuick: isQuick) { _ in
            let isOnLoop = loops.makeIterator().contains { $0.inEventLoop }
            return HTTPRoute.Answer(mediaType: "text/plain", body: ByteBuffer(string: isOnLoop ? "loop" : "aside"))
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let listener = HTTPRouteListener(
            for: "tests", routes: HTTPRoutes(["/place": route]), gate: ConnectionGate(limit: 10, limitPerAddress: 0),
            eventLoops: loops,
            logger: logger)
        let (listening, continuation) = AsyncStream.makeStream(of: Int.self)
        let service = listener.service(at: ListenTarget(host: "127.0.0.1", port: 0)) { channel in
            continuation.yield(channel.localAddress?.port ?? 0)
        }
        let group = ServiceGroup(services: [service], logger: logger)
        let running = Task { try await group.run() }
        let port = try #require(await listening.first { _ in true })
        let (answer, _) = try await URLSession.shared.data(
            from: #require(URL(string: "http://127.0.0.1:\(port)/place")))
        #expect(String(decoding: answer, as: UTF8.self) == (isQuick ? "loop" : "aside"))
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
