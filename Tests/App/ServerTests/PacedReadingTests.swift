import ConfigurationReading
import NIOCore
import RTMPEndpoint
import RTMPSession
import TestSupport
import Testing

@testable import ServerAssembly

/// An hour stands for "not as long as this test runs": what arrives all the same did not wait for its turn.
@Suite("Server: reading publishers at a pace", .timeLimit(.minutes(15)))
struct PacedReadingTests {
    private static let never = Duration.seconds(3600)

    @Test("an unwatched publisher's frames are taken at their turn")
    func unwatched() async throws {
        try await RunningServer.with {
            $0.otherApplications.readPace = .milliseconds(5)
        } _: { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            await publisher.end()
            try await eventually("the end of the stream is read") {
                server.closingReasons == ["the publisher ended the stream"]
            }
        }
    }

    @Test("a publisher is read at once as soon as there is a viewer, over and over")
    func watched() async throws {
        try await RunningServer.with {
            $0.otherApplications.readPace = Self.never
        } _: { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            for round in 1...3 {
                // Nobody watches; it waits in the socket.
                try await publisher.sendGroup()
                let player = try await SyntheticPlayer.begin("live/show", on: server)
                try await arrival(of: publisher.lastPicture, at: player)
                try await publisher.sendGroup()
                try await arrival(of: publisher.lastPicture, at: player)
                await player.close()
                try await eventually("the player is gone, round \(round)") { server.closingReasons.count == round }
            }
            await publisher.end()
        }
    }

    private func arrival(of picture: ByteBuffer?, at player: SyntheticPlayer) async throws {
        try await eventually("the last picture arrives") { await player.frames(.video).last == picture }
    }

    @Test("viewers who came before the publisher get everything at once")
    func viewerFirst() async throws {
        try await RunningServer.with {
            $0.otherApplications.readPace = Self.never
        } _: { server in
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            try await eventually("the group arrives") { await player.frames(.video).count == 26 }
            await publisher.end()
            #expect(await player.outcome == .ended)
        }
    }

    @Test("a publisher that leaves is noticed before its turn, with all that it said last", arguments: [false, true])
    func leaving(vanishes: Bool) async throws {
        try await RunningServer.with {
            $0.otherApplications.readPace = Self.never
        } _: { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            if vanishes { await publisher.vanish() } else { await publisher.end() }
            try await eventually("the session is closed") { server.closingReasons.count == 1 }
            if !vanishes { #expect(server.closingReasons == ["the publisher ended the stream"]) }
        }
    }

    /// At 64 KiB for each turn of a second this would take ten minutes.
    @Test("a publisher that sends much does not wait for its turns")
    func burst() async throws {
        try await RunningServer.with {
            $0.otherApplications.readPace = .seconds(1)
        } _: { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            for _ in 0..<5 { try await publisher.sendGroup(of: 20, padding: 400_000) }
            // Nearly all has been read by now: sockets do not hold so much.
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await arrival(of: publisher.lastPicture, at: player)
            await player.close()
            await publisher.end()
        }
    }

    @Test(
        "with viewers a publisher is read as late as gathering allows, and no later than a tenth of a second",
        arguments: [
            (gather: 0, pace: 20, watched: 0), (1, 20, 0), (40, 20, 38_400), (50, 0, 0), (100, 20, 96_000),
            (350, 20, 84_000), (1000, 20, 96_000), (1000, 1000, 960_000),
        ])
    func bound(gather: Int, pace: Int, watched: Int64) {
        var application = ApplicationConfiguration()
        application.gather = .milliseconds(gather)
        application.readPace = .milliseconds(pace)
        #expect(application.publisherReadPace.watched == .microseconds(watched))
        #expect(application.publisherReadPace.unwatched == .milliseconds(Int64(pace)))
    }
}

extension SyntheticPublisher {
    fileprivate var lastPicture: ByteBuffer? { sent.last { $0.kind == .video }?.payload }
}
