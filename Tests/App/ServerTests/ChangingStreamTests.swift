import Foundation
import M3U8
import NIOConcurrencyHelpers
import NIOCore
import RTMPEndpoint
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Server: streams and players that change their minds")
struct ChangingStreamTests {
    /// 1920×1080, high profile, 30 frames per second.
    private static let otherHeader = ByteBuffer(
        hex: """
            1700000000 01640028ffe1001b 67640028acd940780227e5c044000003000400000300f03c60c658
            010006 68ebe3cb22c0 fdf8f800
            """)

    @Test("metadata and data messages reach RTMP players, without the publisher's wrapping, and later joiners")
    func dataMessages() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.send(.data, SyntheticPublisher.metadata)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            try await publisher.sendGroup()
            try await publisher.send(.data, SyntheticPublisher.text)
            try await publisher.send(.data, SyntheticPublisher.cuePoint)
            try await eventually("they arrive in order") {
                await player.frames(.data).suffix(3) == [
                    SyntheticPublisher.metadata, SyntheticPublisher.text, SyntheticPublisher.cuePoint,
                ]
            }
            let late = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the late player has the metadata first") {
                await late.media.first?.payload == SyntheticPublisher.metadata
            }
            await player.close()
            await late.close()
            await publisher.end()
        }
    }

    @Test("another configuration in mid-stream reaches RTMP players in its place, and breaks the HLS playlist")
    func configuration() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            for _ in 0..<4 { try await publisher.sendGroup() }
            try await publisher.send(.video, Self.otherHeader)
            for _ in 0..<4 { try await publisher.sendGroup() }
            let pictures = publisher.sent.filter { $0.kind == .video }.map(\.payload)
            try await eventually("every picture arrives, the header among them") {
                await player.frames(.video) == pictures
            }
            try await eventually("the playlist breaks") {
                try await publisher.sendGroup()
                return try await mediaPlaylist(of: server).contains("#EXT-X-DISCONTINUITY\n")
            }
            await player.close()
            await publisher.end()
        }
    }

    private func mediaPlaylist(of server: RunningServer) async throws -> String {
        let (main, _) = try await URLSession.shared.data(from: try server.http("/live/show/index.m3u8"))
        let playlist = try MultivariantPlaylist(String(decoding: main, as: UTF8.self))
        let variant = try #require(playlist.variants.first)
        let (media, _) = try await URLSession.shared.data(from: try server.http("/live/show/" + variant.uri))
        return String(decoding: media, as: UTF8.self)
    }

    @Test("timestamps that begin again at zero go on for the player")
    func restart() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server, at: 8_000)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            for _ in 0..<2 { try await publisher.sendGroup() }
            publisher.time = 0
            for _ in 0..<2 { try await publisher.sendGroup() }
            let sent = publisher.sent
            for kind in [RTMPMedia.Kind.video, .audio] {
                try await eventually("everything arrives") {
                    await player.frames(kind) == sent.filter { $0.kind == kind }.map(\.payload)
                }
                let times = await player.media.filter { $0.kind == kind }.map(\.timestamp)
                #expect(times == times.sorted())
            }
            await player.close()
            await publisher.end()
        }
    }

    @Test("a player that pauses gets nothing, and goes on with a keyframe that it has not seen")
    func pause() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            let messageStreamID = try #require(await player.messageStreamID)
            for _ in 0..<2 { try await publisher.sendGroup() }
            let first = publisher.sent.filter { $0.kind == .video }.map(\.payload)
            try await eventually("two groups arrive") { await player.frames(.video) == first }
            player.client.perform(.pause(messageStreamID: messageStreamID, true))
            try await eventually("the server says so") { await player.statuses.contains(.pauseNotify) }
            let witness = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("another player starts") { await witness.hasStarted }
            for _ in 0..<2 { try await publisher.sendGroup() }
            let last = publisher.sent.last { $0.kind == .video }?.payload
            try await eventually("it gets what the first misses") { await witness.frames(.video).last == last }
            await witness.close()
            player.client.perform(.pause(messageStreamID: messageStreamID, false))
            try await eventually("the server says so") { await player.statuses.contains(.unpauseNotify) }
            try await publisher.sendGroup()
            let second = publisher.sent.filter { $0.kind == .video }.map(\.payload).suffix(25)
            try await eventually("the last group arrives") { await player.frames(.video).suffix(25) == second }
            let all = await player.frames(.video)
            let pictures = all.filter { $0 != SyntheticPublisher.videoHeader }
            #expect(Set(pictures).count == pictures.count)
            // Of the two groups that came while it paused it gets the last, which is the newest.
            #expect(pictures.count == 4 * 25)
            #expect(all[first.count] == SyntheticPublisher.videoHeader)
            await player.close()
            await publisher.end()
        }
    }

    @Test("a player that seeks goes on with the next keyframe, and hears of the configuration again")
    func seek() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            try await raw.conversation([
                RawConnection.handshake, RawConnection.connect, RawConnection.createStream, RawConnection.play("show"),
            ]) { received, send in
                func has(_ bytes: ByteBuffer, after start: Int = 0) -> Bool { received.contains(bytes, after: start) }
                let firstGroup = try publisher.endOfPictures
                try await eventually("the first group arrives") { has(firstGroup) }
                let start = received.withLockedValue { $0.readableBytes }
                // seek to 5,000 ms.
                try await send(
                    ByteBuffer(
                        hex: "08 000000 00001a 14 01000000 020004 7365656b 000000000000000000 05 0040b3880000000000"))
                try await eventually("the player is told to go on") {
                    has(ByteBuffer(string: "NetStream.Seek.Notify"), after: start)
                        && has(ByteBuffer(string: "NetStream.Play.Start"), after: start)
                }
                try await publisher.sendGroup()
                let secondGroup = try publisher.endOfPictures
                try await eventually("the second group arrives") { has(secondGroup, after: start) }
                #expect(has(SyntheticPublisher.videoHeader, after: start))
                #expect(!has(firstGroup, after: start))
            }
            await publisher.end()
        }
    }

    @Test("a player that wants no sound gets the pictures alone, none of them twice")
    func receiveAudio() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            try await raw.conversation([
                RawConnection.handshake, RawConnection.connect, RawConnection.createStream, RawConnection.play("show"),
            ]) { received, send in
                func has(_ bytes: ByteBuffer, after start: Int = 0) -> Bool { received.contains(bytes, after: start) }
                let firstGroup = try publisher.endOfPictures
                try await eventually("the first group arrives") { has(firstGroup) }
                // receiveAudio false, and a ping whose answer says that it was read.
                try await send(
                    ByteBuffer(
                        hex: """
                            08 000000 00001b 14 01000000 02000c72656365697665417564696f 000000000000000000 05 0100
                            02 000000 000006 04 00000000 0006 000003e8
                            """))
                let pong = ByteBuffer(hex: "0007000003e8")
                try await eventually("the ping is answered") { has(pong) }
                let start = received.withLockedValue { $0.readableBytes }
                try await publisher.sendGroup()
                let secondGroup = try publisher.endOfPictures
                try await eventually("the second group arrives") { has(secondGroup, after: start) }
                #expect(!has(firstGroup, after: start))
                #expect(!has(ByteBuffer(hex: "af01211004608c1c"), after: start))
            }
            await publisher.end()
        }
    }
}

extension NIOLockedValueBox<ByteBuffer> {
    fileprivate func contains(_ bytes: ByteBuffer, after start: Int) -> Bool {
        withLockedValue { $0.readableBytesView.dropFirst(start).firstRange(of: bytes.readableBytesView) != nil }
    }
}

extension SyntheticPublisher {
    /// The last bytes of the newest picture, which stand in one chunk.
    fileprivate var endOfPictures: ByteBuffer {
        get throws {
            let payload = try #require(sent.last { $0.kind == .video }).payload
            return try #require(payload.getSlice(at: payload.writerIndex - 10, length: 10))
        }
    }
}
