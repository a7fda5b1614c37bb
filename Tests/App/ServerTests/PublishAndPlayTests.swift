import ConfigurationReading
import EndpointCore
import Foundation
import MediaModel
import NIOCore
import RTMPEndpoint
import RTMPSession
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Server: publish and play over loopback")
struct PublishAndPlayTests {
    @Test("what is published is what RTMP players get, in order and untouched")
    func roundTrip() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            for _ in 0..<4 { try await publisher.sendGroup() }
            let pictures = publisher.sent.filter { $0.kind == .video }
            let sounds = publisher.sent.filter { $0.kind == .audio }
            try await eventually("every frame arrives") {
                await player.frames(.video).count == pictures.count
            }
            #expect(await player.frames(.video) == pictures.map(\.payload))
            #expect(await player.frames(.audio) == sounds.map(\.payload))
            let times = await player.media.filter { $0.kind == .video }.dropFirst().map(\.timestamp)
            #expect(times == pictures.dropFirst().map(\.timestamp))
            await player.close()
            await publisher.end()
        }
    }

    @Test("who joins in the middle starts with configurations and a sync frame")
    func join() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            try await publisher.sendGroup(of: 5)
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the cached group arrives") { await player.frames(.video).count == 6 }
            let pictures = await player.frames(.video)
            #expect(pictures.first == SyntheticPublisher.videoHeader)
            #expect(pictures.dropFirst().first?.getInteger(at: 0, as: UInt8.self) == 0x17)
            #expect(await player.frames(.audio).first == SyntheticPublisher.audioHeader)
            await player.close()
            await publisher.end()
        }
    }

    @Test("a player may come first, and is served when the publisher comes")
    func playerFirst() async throws {
        try await RunningServer.with { server in
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            try await eventually("the group arrives") { await player.frames(.video).count == 26 }
            await publisher.end()
            #expect(await player.outcome == .ended)
        }
    }

    @Test("a stream that nobody publishes is not found, after the time that was set")
    func notFound() async throws {
        try await RunningServer.with {
            $0.otherApplications.waitForPublisher = .milliseconds(100)
        } _: { server in
            let player = try await SyntheticPlayer.begin("live/nobody", on: server)
            #expect(await player.outcome == .failed(.playStreamNotFound))
        }
    }

    @Test("a second publisher is refused with BadName, and the first goes on")
    func secondPublisher() async throws {
        try await RunningServer.with { server in
            let first = try await SyntheticPublisher.begin("live/show", on: server)
            let refusal = await #expect(throws: SyntheticPublisher.Refused.self) {
                _ = try await SyntheticPublisher.begin("live/show", on: server)
            }
            #expect(refusal?.code == .publishBadName)
            try await first.sendHeaders()
            try await first.sendGroup()
            await first.end()
        }
    }

    @Test("with takeover the second publisher wins, and viewers stay")
    func takeover() async throws {
        try await RunningServer.with {
            $0.otherApplications.onDuplicate = .takeover
        } _: { server in
            let first = try await SyntheticPublisher.begin("live/show", on: server)
            try await first.sendHeaders()
            try await first.sendGroup()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the first group arrives") { await player.frames(.video).count == 26 }
            let second = try await SyntheticPublisher.begin("live/show", on: server)
            #expect(await first.ending() != nil)
            try await second.sendHeaders()
            try await second.sendGroup()
            try await eventually("the second publisher's group arrives") {
                await player.frames(.video).count >= 51
            }
            await player.close()
            await second.end()
        }
    }

    @Test("a publisher that vanishes and returns keeps its viewers, and its times go on")
    func resume() async throws {
        try await RunningServer.with { server in
            let first = try await SyntheticPublisher.begin("live/show", on: server)
            try await first.sendHeaders()
            try await first.sendGroup()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the first group arrives") { await player.frames(.video).count == 26 }
            await first.vanish()
            let second = try await SyntheticPublisher.begin("live/show", on: server)
            try await second.sendHeaders()
            try await second.sendGroup()
            try await eventually("the returned publisher's group arrives") {
                await player.frames(.video).count >= 51
            }
            let times = await player.media.filter { $0.kind == .video }.map(\.timestamp)
            #expect(times == times.sorted())
            await player.close()
            await second.end()
        }
    }

    @Test("keys open their streams, stand for names, and nothing else does")
    func keys() async throws {
        let key = PublishKey(secret: Secret("s3cret"), path: try StreamPath("live/show"))
        try await RunningServer.with {
            $0.auth.publish = .key
            $0.auth.keys = [key]
        } _: { server in
            let refusal = await #expect(throws: SyntheticPublisher.Refused.self) {
                _ = try await SyntheticPublisher.begin("live/show", on: server)
            }
            #expect(refusal?.description.contains("s3cret") == false)
            let named = try await SyntheticPublisher.begin("live/show?key=s3cret", on: server)
            await named.end()
            // The first publisher's end and the second's request are on connections of their own, in no order.
            var freed: SyntheticPublisher?
            try await eventually("the name is free again") {
                freed = try? await SyntheticPublisher.begin("live/s3cret", on: server)
                return freed != nil
            }
            let keyed = try #require(freed)
            try await keyed.sendHeaders()
            try await keyed.sendGroup()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the stream has its public name") { await player.frames(.video).count == 26 }
            await player.close()
            await keyed.end()
        }
    }
}
