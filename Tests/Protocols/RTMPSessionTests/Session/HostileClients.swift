import AMF
import NIOCore
import TestSupport
import Testing

@testable import RTMPSession

@Suite("Hostile and broken clients at a server session")
struct HostileClients {
    @Test("commands before connect are refused", arguments: ["createStream", "publish", "_checkbw", ""])
    func beforeConnect(name: String) throws {
        let probe = try ServerProbe.open()
        try probe.send(.command(name, 2))
        #expect(probe.takeSaid() == ["_error #2 @0 NetConnection.Call.Prohibited"])
        #expect(probe.takeHeard() == [.faulted(.commandBeforeConnect)])
        #expect(probe.isClosed)
    }

    @Test("media before publish are refused")
    func mediaBeforePublish() throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.media)
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Failed"])
        #expect(probe.takeHeard() == [.faulted(.mediaBeforePublish)])
        #expect(probe.isClosed)
    }

    @Test("a second connect is refused")
    func connectTwice() throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.connect)
        #expect(probe.takeSaid() == ["_error #1 @0 NetConnection.Connect.Rejected"])
        #expect(probe.takeHeard() == [.faulted(.connectedTwice)])
        #expect(probe.isClosed)
    }

    @Test("publish and play on a message stream that was not created are refused")
    func withoutCreateStream() throws {
        let publisher = try ServerProbe.connected()
        try publisher.send(Templates.publish)
        #expect(publisher.takeHeard() == [.faulted(.messageStreamNotOpened(messageStreamID: 1))])
        #expect(publisher.isClosed)
        let player = try ServerProbe.connected()
        try player.send(Templates.play)
        #expect(player.takeSaid() == ["onStatus #0 @1 NetStream.Play.Failed"])
        #expect(player.isClosed)
    }

    @Test("publish twice, and play on a published message stream, are refused")
    func inUse() throws {
        let twice = try ServerProbe.publishing()
        try twice.send(Templates.publish)
        #expect(twice.takeSaid() == ["onStatus #0 @1 NetStream.Publish.BadName"])
        #expect(twice.takeHeard() == [.faulted(.messageStreamInUse(messageStreamID: 1))])
        let both = try ServerProbe.publishing()
        try both.send(Templates.play)
        #expect(both.takeSaid() == ["onStatus #0 @1 NetStream.Play.Failed"])
        let other = try ServerProbe.playing()
        try other.send(Templates.publish)
        #expect(other.takeSaid() == ["onStatus #0 @1 NetStream.Publish.BadName"])
        #expect(other.isClosed)
    }

    @Test("thousands of createStream end at the limit")
    func createStreams() throws {
        let probe = try ServerProbe.connected()
        for id in 0..<5000 where !probe.isClosed { try probe.send(.command("createStream", Double(id + 2))) }
        #expect(probe.said.count == 17)
        #expect(probe.said.last == "_error #18 @0 NetConnection.Call.Failed")
        #expect(probe.takeHeard() == [.faulted(.tooManyMessageStreams)])
    }

    @Test("names with anything in them go through unharmed", arguments: ["../../etc", "a\u{0}b", "x\ny", ""])
    func names(name: String) throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.createStream)
        try probe.send(.command("publish", 0, on: 1, .string(name)))
        guard case .publishRequested(let request) = probe.takeHeard().last else {
            Issue.record("no request to publish")
            return
        }
        #expect(request.rawName == name)
    }

    @Test("values of AMF that cannot be read end the session")
    func malformed() throws {
        var deep = ByteBuffer()
        deep.writeAMF0(["connect", 1] as [AMF0Value])
        for _ in 0..<1000 { deep.writeBytes([0x0A, 0, 0, 0, 1]) }
        deep.writeBytes([0x05])
        var huge = ByteBuffer()
        huge.writeAMF0(["connect", 1] as [AMF0Value])
        huge.writeBytes([0x0A, 0xFF, 0xFF, 0xFF, 0xFF])
        for payload in [
            deep, huge, ByteBuffer(hex: "02ffff61"), ByteBuffer(hex: "0c ffffffff 61"), ByteBuffer(hex: "09"),
        ] {
            let probe = try ServerProbe.open()
            #expect(throws: RTMPFault.self) {
                try probe.send(RTMPMessage(type: .command, timestamp: 0, messageStreamID: 0, payload: payload))
            }
            #expect(probe.nextDeadline == nil)
        }
    }

    @Test("commands without a name, or with an unknown selector, end the session")
    func nameless() throws {
        let nameless = try ServerProbe.open()
        #expect(throws: RTMPFault.commandWithoutName) {
            try nameless.send(
                RTMPMessage(type: .command, timestamp: 0, messageStreamID: 0, payload: ByteBuffer()))
        }
        let selected = try ServerProbe.open()
        #expect(throws: RTMPFault.unknownFormatSelector(3)) {
            try selected.send(
                RTMPMessage(type: .commandAMF3, timestamp: 0, messageStreamID: 0, payload: ByteBuffer(hex: "03")))
        }
    }

    @Test("a command in the AMF3 form is read as any other")
    func amf3Form() throws {
        let probe = try ServerProbe.connected()
        var payload = ByteBuffer(hex: "00")
        payload.writeAMF0(["createStream", 2, .null] as [AMF0Value])
        try probe.send(RTMPMessage(type: .commandAMF3, timestamp: 0, messageStreamID: 0, payload: payload))
        #expect(probe.takeSaid() == ["_result #2 @0 1.0"])
    }

    @Test("bytes that pile up while connect is decided are bounded")
    func pileUp() throws {
        let probe = try ServerProbe.open { _ in [] }
        try probe.send(Templates.connect)
        #expect(throws: RTMPFault.commandBeforeConnect) {
            for _ in 0..<70 { try probe.receive(ByteBuffer(repeating: 0, count: 1024)) }
        }
        try probe.send(Templates.connect)
        #expect(probe.nextDeadline == nil)
    }

    @Test("pings are answered; odd windows, bandwidths and buffer lengths are borne")
    func control() throws {
        let probe = try ServerProbe.publishing()
        try probe.send(Templates.ping1000)
        #expect(probe.takeSaid() == ["user(RTMPSession.UserControlEvent.pingResponse(1000))"])
        for window in ["00000000", "00000001", "ffffffff"] {
            try probe.send("02 000000 000004 05 00000000 \(window)")
            try probe.send("02 000000 000005 06 00000000 \(window) 02")
            try probe.send("02 000000 00000a 04 00000000 0003 00000001 \(window)")
            try probe.send("02 000000 000004 03 00000000 \(window)")
        }
        try probe.send(Templates.setChunkSize4096 + Templates.windowAcknowledgementSize)
        #expect(probe.takeSaid().isEmpty)
        #expect(!probe.isClosed)
    }

    @Test("a window of one byte is answered every 1 KiB, and no more")
    func tinyWindow() throws {
        let probe = try ServerProbe.publishing()
        try probe.send("02 000000 000004 05 00000000 00000001")
        try probe.send(Templates.setChunkSize4096)
        for _ in 0..<40 {
            let payload = ByteBuffer(repeating: 0x27, count: 256)
            try probe.receive(chunk(payload))
        }
        let acknowledgements = probe.said.filter { $0.hasPrefix("acknowledgement") }
        #expect(acknowledgements.count == 10)
    }

    @Test("a client that names no window is acknowledged all the same")
    func acknowledgement() throws {
        var configuration = RTMPServerSession.Configuration()
        configuration.windowAcknowledgementSize = 100_000
        let probe = try ServerProbe.publishing(configuration: configuration)
        try probe.send(Templates.setChunkSize4096)
        for _ in 0..<30 { try probe.receive(chunk(ByteBuffer(repeating: 0x27, count: 4096))) }
        #expect(probe.said.filter { $0.hasPrefix("acknowledgement") }.count == 2)
    }

    private func chunk(_ payload: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer()
        IndependentChunks.write(
            type: .video, timestamp: 0, messageStreamID: 1, chunkStreamID: 6, payload: payload, chunkSize: 4096,
            into: &bytes)
        return bytes
    }

    @Test("random messages never trap", arguments: 0..<20)
    func randomMessages(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let probe = try seed % 2 == 0 ? ServerProbe.publishing() : ServerProbe.open()
        for _ in 0..<200 where !probe.isClosed {
            let type = RTMPMessageType(rawValue: UInt8.random(in: 0...22, using: &generator))
            let count = Int.random(in: 0...64, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...20, using: &generator) }
            let message = RTMPMessage(
                type: type, timestamp: UInt32.random(in: 0...UInt32.max, using: &generator),
                messageStreamID: UInt32.random(in: 0...2, using: &generator), payload: ByteBuffer(bytes: bytes))
            var bytesOnWire = ByteBuffer()
            IndependentChunks.write(
                type: message.type, timestamp: message.timestamp, messageStreamID: message.messageStreamID,
                chunkStreamID: 9, payload: message.payload, chunkSize: 128, into: &bytesOnWire)
            do { try probe.receive(bytesOnWire) } catch { #expect(probe.isClosed) }
        }
    }
}
