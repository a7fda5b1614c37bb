import EndpointCore
import HTTPDelivery
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

@Suite("Ports for HTTP")
struct HTTPServiceTests {
    @Test("each tells when connections cannot be accepted, those for a few routes too")
    func acceptFault() async throws {
        let log = RecordedLines()
        let listener = HTTPRouteListener(
            for: "RTMPT", routes: HTTPRoutes(), gate: ConnectionGate(limit: 10, limitPerAddress: 0),
            eventLoops: MultiThreadedEventLoopGroup.singleton, logger: log.logger)
        let (listening, continuation) = AsyncStream.makeStream(of: (any Channel).self)
        let service = listener.service(
            at: ListenTarget(host: "127.0.0.1", port: 0), onListening: { continuation.yield($0) })
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await group.run() }
        var channels = listening.makeAsyncIterator()
        let channel = try #require(await channels.next())
        // EMFILE.
        channel.pipeline.fireErrorCaught(IOError(errnoCode: 24, reason: "accept"))
        try await eventually("the line is there") { !log.lines.isEmpty }
        let words = "warning connections wait to be accepted port=\(channel.localAddress?.port ?? 0) protocol=http "
        #expect(log.lines.first?.hasPrefix(words) == true)
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
