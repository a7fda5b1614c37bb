import Dispatch
import EndpointCore
import Logging
import MediaModel
import NIOCore
import NIOEmbedded
import RTMPSession
import StreamHub
import TestSupport
import Testing

@testable import RTMPEndpoint

@Suite("Tunnels into the RTMP endpoint")
struct RTMPTunnelsTests {
    /// Shut down at the end of each test: what waits for tunnels that are still open would be leaked with it.
    private let loop = NIOAsyncTestingEventLoop()

    private func tunnels(_ configuration: RTMPTunnels.Configuration = .init()) -> RTMPTunnels {
        RTMPTunnels(configuration, into: .admittingNobody(on: loop), eventLoops: loop)
    }

    private func post(
        _ path: String, _ body: ByteBuffer = ByteBuffer(bytes: [0]), from address: String = "192.0.2.1",
        isSecure: Bool = false, to tunnels: RTMPTunnels
    ) async throws -> HTTPRoute.Answer {
        let routes = HTTPRoutes(tunnels.routes)
        let route = try #require(routes.route(for: path, method: "POST"))
        return await route.answer(
            HTTPRoute.Request(method: "POST", path: path, body: body, peerAddress: address, isSecure: isSecure))
    }

    private func keepRunning() -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                await loop.run()
                await Task.yield()
            }
        }
    }

    /// Runs the event loop until there is a result; then it stands still.
    private func whileRunning<Value>(_ body: () async throws -> Value) async throws -> Value {
        let running = keepRunning()
        let result: Value
        do {
            result = try await body()
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        // Cancelled is not stopped: one more run would answer what the test wants to find waiting.
        await running.value
        return result
    }

    /// The name of a new tunnel.
    private func open(
        _ tunnels: RTMPTunnels, from address: String = "192.0.2.1", isSecure: Bool = false
    ) async throws -> String {
        let answer = try await whileRunning {
            try await post("/open/1", from: address, isSecure: isSecure, to: tunnels)
        }
        #expect(answer.status == 200)
        return String(String(buffer: answer.body).dropLast())
    }

    @Test("of two requests at once on one tunnel one is refused, and the tunnel goes on")
    func twoAtOnce() async throws {
        let tunnels = tunnels()
        let name = try await open(tunnels)
        // The loop is held, so that whichever comes first is still being answered when the other comes.
        let (isHeld, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let holding = Task { [loop] in
            try await loop.executeInContext {
                isHeld.signal()
                release.wait()
            }
        }
        // Not on one of the threads of tasks, of which there may be but two.
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isHeld.wait()
                continuation.resume()
            }
        }
        let (answers, answered) = AsyncStream.makeStream(of: Int.self)
        for _ in 0..<2 { Task { answered.yield(try await post("/idle/\(name)/0", to: tunnels).status) } }
        var statuses = answers.makeAsyncIterator()
        #expect(await statuses.next() == 409)
        release.signal()
        try await holding.value
        #expect(await statuses.next() == 200)
        let next = try await whileRunning { try await post("/idle/\(name)/1", to: tunnels) }
        #expect(next.status == 200)
        await loop.shutdownGracefully()
    }

    /// Sends a request whose body never comes: what it is answered, and within which limits its body was asked for.
    private func reading(of path: String, from tunnels: RTMPTunnels) async throws -> (status: Int, limits: [Int]) {
        let (limits, asked) = AsyncStream.makeStream(of: Int.self)
        let route = try #require(HTTPRoutes(tunnels.routes).route(for: path, method: "POST"))
        let answer = await route.answer(
            HTTPRoute.Request(method: "POST", path: path, peerAddress: "192.0.2.1") { limit in
                asked.yield(limit)
                throw HTTPRoute.Breach.bodyTooLong
            })
        asked.finish()
        return (answer.status, await limits.reduce(into: []) { $0.append($1) })
    }

    @Test("a body is read once it is known whose it is, and as far as that needs")
    func bodies() async throws {
        let tunnels = tunnels()
        let unknown = String(repeating: "0", count: 32)
        for path in ["/send/\(unknown)/0", "/idle/\(unknown)/0", "/send/1/0", "/fcs/ident2"] {
            let (status, limits) = try await reading(of: path, from: tunnels)
            #expect(status == 404)
            #expect(limits.isEmpty)
        }
        let name = try await open(tunnels)
        for (path, limit) in [
            ("/open/1", 1 << 10), ("/idle/\(name)/0", 1 << 10), ("/close/\(name)/0", 1 << 10),
            ("/send/\(name)/0", 64 << 10),
        ] {
            let (status, limits) = try await whileRunning { try await reading(of: path, from: tunnels) }
            #expect(status == 413)
            #expect(limits == [limit])
        }
        #expect(tunnels.count == 1)
        await loop.shutdownGracefully()
    }

    @Test("a tunnel takes requests from the address that opened it alone, or from its family")
    func binding() async throws {
        let own = tunnels()
        let name = try await open(own)
        for address in ["192.0.2.2", "2001:db8::1"] {
            #expect(try await post("/idle/\(name)/0", from: address, to: own).status == 404)
        }
        var configuration = RTMPTunnels.Configuration()
        configuration.binding = .family
        let shared = tunnels(configuration)
        let other = try await open(shared)
        #expect(try await post("/idle/\(other)/0", from: "2001:db8::1", to: shared).status == 404)
        let answer = try await whileRunning { try await post("/idle/\(other)/0", from: "192.0.2.2", to: shared) }
        #expect(answer.status == 200)
        await loop.shutdownGracefully()
    }

    @Test("a tunnel takes requests alone that are inside TLS as its opening was, or are not", arguments: [true, false])
    func bindingToSecurity(isSecure: Bool) async throws {
        var configuration = RTMPTunnels.Configuration()
        configuration.binding = .family
        let tunnels = tunnels(configuration)
        let name = try await open(tunnels, isSecure: isSecure)
        #expect(try await post("/idle/\(name)/0", isSecure: !isSecure, to: tunnels).status == 404)
        let answer = try await whileRunning {
            try await post("/idle/\(name)/0", isSecure: isSecure, to: tunnels)
        }
        #expect(answer.status == 200)
        await loop.shutdownGracefully()
    }

    @Test("who fetches nothing is closed after the time that was set, and the place is free again")
    func silence() async throws {
        var configuration = RTMPTunnels.Configuration()
        configuration.tunnels = 1
        // Sooner than the handshake's own time limit.
        configuration.tunnel.silence = .seconds(2)
        let tunnels = tunnels(configuration)
        let name = try await open(tunnels)
        #expect(try await post("/open/1", to: tunnels).status == 503)
        await loop.advanceTime(by: .seconds(1))
        let answer = try await whileRunning { try await post("/idle/\(name)/0", to: tunnels) }
        #expect(answer.status == 200)
        await loop.advanceTime(by: .milliseconds(1900))
        #expect(tunnels.count == 1)
        await loop.advanceTime(by: .milliseconds(200))
        await loop.run()
        #expect(tunnels.count == 0)
        _ = try await open(tunnels)
        await loop.shutdownGracefully()
    }

    @Test("a tunnel whose client takes nothing holds no more than it may")
    func overfull() async throws {
        var configuration = RTMPTunnels.Configuration()
        configuration.tunnel.roomBytes = 100
        configuration.tunnel.mostWaitingBytes = 200
        let tunnels = tunnels(configuration)
        let name = try await open(tunnels)
        // The handshake's answer alone is more than that.
        let handshake = ByteBuffer(bytes: [3] + [UInt8](repeating: 0, count: 3072))
        let answer = try await whileRunning { try await post("/send/\(name)/0", handshake, to: tunnels) }
        #expect(answer.body.readableBytes == 3074)
        #expect(tunnels.count == 1)
        await loop.shutdownGracefully()
    }
}
