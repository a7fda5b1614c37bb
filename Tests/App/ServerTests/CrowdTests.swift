import NIOCore
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

@Suite("Server: many viewers, and the end of it all")
struct CrowdTests {
    @Test("a hundred players of one stream miss nothing")
    func hundred() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            let players = try await withThrowingTaskGroup(of: SyntheticPlayer.self) { group in
                for _ in 0..<100 { group.addTask { try await SyntheticPlayer.begin("live/show", on: server) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for player in players { try await eventually("each starts") { await player.hasStarted } }
            for _ in 0..<4 { try await publisher.sendGroup(padding: 10_000) }
            let pictures = publisher.sent.filter { $0.kind == .video }.map(\.payload)
            for player in players {
                try await eventually("each gets every picture") { await player.frames(.video).count == pictures.count }
                #expect(await player.frames(.video) == pictures)
            }
            for player in players { await player.close() }
            await publisher.end()
        }
    }

    @Test("a picture larger than what may wait reaches its viewers")
    func largePicture() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            try await publisher.sendGroup(of: 1, padding: 6_000_000)
            try await publisher.sendGroup()
            let pictures = publisher.sent.filter { $0.kind == .video }.map(\.payload)
            try await eventually("it arrives") { await player.frames(.video).count == pictures.count }
            #expect(await player.frames(.video).elementsEqual(pictures))
            await player.close()
            await publisher.end()
        }
    }

    @Test("a server that is told to stop ends in seconds, whoever is connected and whatever they do")
    func stop() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            let waiting = try await SyntheticPlayer.begin("live/nobody", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            let stalled = try await RawConnection.open(to: server.addresses.http)
            let idle = try await RawConnection.open(to: server.addresses.http)
            let request = ByteBuffer(string: "GET /live/show.flv HTTP/1.1\r\nHost: h\r\n\r\n")
            let health = ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            try await idle.conversation([health]) { _, _ in
                try await stalled.withoutReading([request]) {
                    try await eventually("the viewer is there") { server.openings == 3 }
                    // More than the sockets between the two take.
                    for _ in 0..<20 { try await publisher.sendGroup(padding: 40_000) }
                    let beginning = ContinuousClock.now
                    try await server.stopped()
                    #expect(ContinuousClock.now - beginning < .seconds(60))
                }
            }
            #expect(await player.outcome == .ended)
            #expect(await waiting.outcome == .closed)
            #expect(await publisher.ending() == .publishDenied)
        }
    }
}
