#if canImport(Glibc) || canImport(Musl)
    import MediaModel
    import NIOCore
    import NIOEmbedded
    import Testing

    @testable import StreamHub

    @Suite("Direct paths: bytes that go past the sink")
    struct DirectPathTests {
        @Test("a viewer who has everything is served past its sink, with the same bytes and the same counts")
        func pastTheSink() throws {
            let stage = try Stage()
            let port = try stage.publisher()
            port.publish([.tracks([stage.video])])
            let (plain, direct) = (LineSink(), try SocketSink())
            let plainViewer = stage.viewer(plain)
            let viewer = stage.viewer(direct)
            stage.group(port)
            stage.group(port)

            #expect(direct.writes.count > 0)
            let writes = direct.writes.count
            stage.group(port, frames: 6)
            #expect(direct.writes.count == writes)
            #expect(direct.arrived.text == plain.text)
            #expect(viewer.tally.frames == 14)
            #expect(plainViewer.tally.frames == 14)
            #expect(direct.counted == direct.arrived.readableBytes)
            #expect(stage.meter.delivered.frames == 28)
            #expect(stage.meter.delivered.bytes == 2 * direct.counted)
            viewer.detach()
            #expect(viewer.tally.frames == 14)
        }

        @Test("what a full socket does not take follows in order, and what it was too slow for is counted")
        func fullSocket() throws {
            var settings = StreamSettings()
            settings.viewerWindowDuration = .milliseconds(400)
            let stage = try Stage(settings)
            let port = try stage.publisher()
            port.publish([.tracks([stage.video])])
            let (plain, direct) = (LineSink(), try SocketSink())
            let viewer = stage.viewer(direct)
            _ = stage.viewer(plain)
            stage.group(port)
            // What fills the socket between two frames, as the connection's own words may.
            direct.fill()
            stage.group(port)
            #expect(direct.held.readableBytes > 0)
            direct.drain()
            viewer.drained()
            stage.group(port)
            #expect(direct.arrived.text == plain.text)
            #expect(viewer.tally.frames == 12)
            #expect(viewer.tally.lostFrames == 0)
            let writes = direct.writes.count
            stage.group(port)
            #expect(direct.writes.count == writes)

            direct.fill()
            for _ in 0..<10 { stage.group(port) }
            direct.drain()
            viewer.drained()
            stage.group(port)
            #expect(viewer.tally.lostFrames > 0)
            #expect(viewer.tally.frames + viewer.tally.lostFrames == 60)
            #expect(direct.counted == direct.arrived.readableBytes)
        }

        @Test("a path that is shut is not used, and one who leaves it or pauses is served by the sink")
        func shut() throws {
            let stage = try Stage()
            let port = try stage.publisher()
            port.publish([.tracks([stage.video])])
            let (plain, direct) = (LineSink(), try SocketSink())
            _ = stage.viewer(plain)
            let viewer = stage.viewer(direct)
            stage.group(port)
            var writes = direct.writes.count
            viewer.leaveDirectPath()
            stage.group(port, frames: 1)
            #expect(direct.writes.count == writes + 1)
            stage.group(port, frames: 1)
            #expect(direct.writes.count == writes + 1)
            #expect(direct.arrived.text == plain.text)

            direct.path.shut()
            writes = direct.writes.count
            stage.group(port, frames: 1)
            #expect(direct.writes.count == writes + 1)
            #expect(direct.held.readableBytes > 0)
            direct.drain()
            viewer.drained()
            #expect(direct.arrived.text == plain.text)

            viewer.setPaused(true)
            let before = direct.arrived.readableBytes
            stage.group(port)
            #expect(direct.arrived.readableBytes == before)
            viewer.setPaused(false)
            stage.group(port)
            #expect(direct.arrived.readableBytes > before)
            #expect(viewer.tally.lostFrames == 0)
        }

        @Test("the next broadcast goes on where the last one ended")
        func nextBroadcast() throws {
            var settings = StreamSettings()
            settings.resumeWithin = .zero
            let stage = try Stage(settings)
            let (plain, direct) = (LineSink(), try SocketSink())
            _ = stage.viewer(plain)
            let viewer = stage.viewer(direct)
            for _ in 0..<2 {
                let port = try stage.publisher()
                port.publish([.tracks([stage.video])])
                stage.group(port)
                port.end(.unpublished)
                stage.loop.run()
            }
            #expect(direct.endings == 2)
            #expect(direct.arrived.text == plain.text)
            #expect(viewer.tally.frames == 8)
        }
    }

    extension ByteBuffer {
        fileprivate var text: String { String(buffer: self) }
    }
#endif
