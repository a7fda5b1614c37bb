import AMF
import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Time limits of a server session")
struct TimeLimits {
    @Test("a handshake that trickles ends after 5 s")
    func handshake() throws {
        let probe = ServerProbe()
        for _ in 0..<4 {
            try probe.receive(ByteBuffer(hex: "03"))
            try probe.wait(.seconds(1))
        }
        #expect(throws: RTMPFault.handshakeTimedOut) { try probe.wait(.seconds(1)) }
        #expect(probe.nextDeadline == nil)
    }

    @Test("a client that does not connect goes after 10 s")
    func connect() throws {
        let probe = try ServerProbe.open()
        try probe.wait(.seconds(9))
        #expect(throws: RTMPFault.connectTimedOut) { try probe.wait(.seconds(1)) }
    }

    @Test("a client that neither publishes nor plays goes after 30 s, whatever else it says")
    func idle() throws {
        let probe = try ServerProbe.connected()
        try probe.wait(.seconds(20))
        try probe.send(Templates.ping1000 + Templates.createStream)
        _ = probe.takeSaid()
        try probe.wait(.seconds(10))
        #expect(probe.takeSaid() == ["onStatus #0 @0 NetConnection.Connect.IdleTimeout"])
        #expect(probe.takeHeard() == [.faulted(.requestTimedOut)])
        #expect(probe.isClosed)
    }

    @Test("a publisher without media goes after 15 s; media put that off, data and pings do not")
    func silentPublisher() throws {
        let probe = try ServerProbe.publishing()
        try probe.wait(.seconds(14))
        try probe.send(Templates.audioFrame)
        try probe.wait(.seconds(14))
        #expect(!probe.isClosed)
        try probe.send(Templates.ping1000)
        try probe.send(.data(["onTextData"]))
        _ = probe.takeSaid()
        try probe.wait(.seconds(1))
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Publish.Idle"])
        #expect(probe.takeHeard() == [.faulted(.mediaTimedOut)])
        #expect(probe.isClosed)
    }

    @Test("a publisher from whom nothing was taken is not silent")
    func excused() throws {
        let probe = try ServerProbe.publishing()
        try probe.wait(.seconds(14))
        probe.excuseSilence()
        #expect(probe.nextDeadline == probe.now + .seconds(15))
        try probe.wait(.seconds(14))
        #expect(!probe.isClosed)
        try probe.wait(.seconds(1))
        #expect(probe.isClosed)
    }

    @Test("a publisher may be allowed to be silent")
    func noLimit() throws {
        var configuration = RTMPServerSession.Configuration()
        configuration.mediaTimeLimit = nil
        let probe = try ServerProbe.publishing(configuration: configuration)
        #expect(probe.nextDeadline == nil)
    }

    @Test("players and clients that wait for an answer have all the time they want")
    func noDeadline() throws {
        let player = try ServerProbe.playing()
        #expect(player.nextDeadline == nil)
        let waiting = try ServerProbe.open { _ in [] }
        try waiting.send(Templates.connect)
        #expect(waiting.nextDeadline == nil)
    }

    @Test("after a publish the time to ask for another begins anew")
    func afterPublish() throws {
        let probe = try ServerProbe.publishing()
        try probe.wait(.seconds(10))
        try probe.send(Templates.deleteStream)
        #expect(probe.nextDeadline == probe.now + .seconds(30))
    }
}
