import EndpointCore
import Logging
import Metrics
import NIOCore
import NIOEmbedded
import NIOTLS
import Testing

/// Encryption that takes the first bytes for the whole handshake, and changes nothing.
private struct NominalSecurity: ConnectionSecurity {
    var agreed: String?

    func secure(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(Handshake(agreed: agreed), position: .first)
    }

    private final class Handshake: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let agreed: String?
        private var isOver = false

        init(agreed: String?) { self.agreed = agreed }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if isOver { return context.fireChannelRead(data) }
            isOver = true
            context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: agreed))
        }
    }
}

/// A listener with one connection.
private final class Listener {
    let channel = EmbeddedChannel()
    var admitted: [String] = []
    var arrivals: [Arrival] = []
    var isFull = false

    init(_ reception: Reception, wantsFirstByte: Bool = false, from address: String = "192.0.2.1") throws {
        let host = Receptionist.Host(
            name: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            faults: Counter(label: "faults"), wantsFirstByte: wantsFirstByte,
            wordsForPlainHTTP: ByteBuffer(string: "no"),
            admit: { [unowned self] client in
                if isFull { throw ConnectionGate.Refusal.serverFull(limit: 1) }
                admitted.append(client?.hostAndPort ?? "unknown")
            },
            take: { [unowned self] in arrivals.append($0) })
        try channel.pipeline.syncOperations.addHandler(Receptionist(reception, host: host))
        try channel.connect(to: SocketAddress(ipAddress: address, port: 4000)).wait()
    }

    func read(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    var handedOn: String {
        get throws {
            var text = ""
            while let bytes = try channel.readInbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
            return text
        }
    }

    var isGone: Bool {
        channel.embeddedEventLoop.run()
        return !channel.isActive
    }
}

private let header = "PROXY TCP4 203.0.113.9 198.51.100.1 5000 1935\r\n"

@Suite("Receiving connections")
struct ReceptionistTests {
    private let proxies = [AddressRange("192.0.2.0/24")].compactMap { $0 }

    @Test("a trusted proxy tells the client's address, and what follows the header is handed on")
    func proxied() throws {
        let listener = try Listener(Reception(proxies: proxies))
        try listener.read(String(header.prefix(20)))
        #expect(listener.arrivals.isEmpty)
        try listener.read(String(header.dropFirst(20)) + "\u{3}abc")
        #expect(listener.admitted == ["203.0.113.9:5000"])
        #expect(listener.arrivals.first?.client?.hostAndPort == "203.0.113.9:5000")
        #expect(try listener.handedOn == "\u{3}abc")
        try listener.read("def")
        #expect(try listener.handedOn == "def")
    }

    @Test("a proxy that speaks for itself has its own address")
    func unaddressed() throws {
        let listener = try Listener(Reception(proxies: proxies))
        try listener.read("PROXY UNKNOWN\r\n")
        #expect(listener.admitted == ["192.0.2.1:4000"])
    }

    @Test(
        "what a proxy passes on is never this machine's, whatever address it tells or keeps to itself",
        arguments: [
            ("PROXY TCP4 127.0.0.1 127.0.0.1 5000 1935\r\n", "127.0.0.1:5000"),
            ("PROXY TCP6 ::1 ::1 5000 1935\r\n", "[::1]:5000"), ("PROXY UNKNOWN\r\n", "127.0.0.1:4000"),
        ])
    func machine(header: String, client: String) throws {
        let own = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        let listener = try Listener(Reception(proxies: own), from: "127.0.0.1")
        try listener.read(header)
        let arrival = try #require(listener.arrivals.first)
        #expect(arrival.client?.hostAndPort == client)
        #expect(arrival.isProxied && !arrival.isFromThisMachine)
    }

    @Test("a connection from a loopback address that no proxy passed on is this machine's")
    func ownMachine() throws {
        for (address, isOwn) in [("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("192.0.2.1", false)] {
            let arrival = Arrival(client: try SocketAddress(ipAddress: address, port: 4000))
            #expect(arrival.isFromThisMachine == isOwn)
        }
        #expect(!Arrival(client: nil).isFromThisMachine)
    }

    @Test("a trusted proxy without header, and a stranger with one, are closed", arguments: [true, false])
    func wrongHeader(isTrusted: Bool) throws {
        let listener = try Listener(Reception(proxies: proxies), from: isTrusted ? "192.0.2.1" : "198.51.100.7")
        try listener.read(isTrusted ? "\u{3}abc" : header)
        #expect(listener.isGone)
        #expect(listener.arrivals.isEmpty && listener.admitted.isEmpty)
    }

    @Test("a stranger without header comes in under its own address")
    func stranger() throws {
        let listener = try Listener(Reception(proxies: proxies), from: "198.51.100.7")
        // As long as it may become a header.
        try listener.read("PRO")
        #expect(listener.arrivals.isEmpty)
        try listener.read("PFIND")
        #expect(listener.admitted == ["198.51.100.7:4000"])
        #expect(try listener.handedOn == "PROPFIND")
    }

    @Test("encryption begins with the bytes that showed it, and its bytes are handed on")
    func secure() throws {
        let listener = try Listener(Reception(form: .secure(NominalSecurity(agreed: "h2"))), wantsFirstByte: true)
        #expect(listener.admitted.count == 1)
        try listener.read("\u{16}hello")
        #expect(listener.arrivals.first?.isSecure == true)
        #expect(listener.arrivals.first?.applicationProtocol == "h2")
        #expect(listener.arrivals.first?.firstByte == nil)
        try listener.read("inside")
        #expect(try listener.handedOn == "inside")
    }

    @Test("inside encryption without an agreed protocol, the first byte tells it")
    func secureFirstByte() throws {
        let listener = try Listener(
            Reception(form: .either(NominalSecurity()), proxies: proxies), wantsFirstByte: true)
        try listener.read(header + "\u{16}hello")
        #expect(listener.arrivals.isEmpty)
        try listener.read("\u{3}inside")
        #expect(listener.arrivals.first?.firstByte == 3)
        #expect(listener.arrivals.first?.isSecure == true)
        #expect(listener.arrivals.first?.client?.hostAndPort == "203.0.113.9:5000")
        #expect(try listener.handedOn == "\u{3}inside")
    }

    @Test("where either may come, what is not encrypted is handed on as it is")
    func either() throws {
        let listener = try Listener(Reception(form: .either(NominalSecurity())))
        try listener.read("\u{3}abc")
        #expect(listener.arrivals.first?.isSecure == false)
        #expect(try listener.handedOn == "\u{3}abc")
    }

    @Test("plain HTTP to a port for TLS is told so")
    func plainHTTP() throws {
        let listener = try Listener(Reception(form: .secure(NominalSecurity())))
        try listener.read("GET / HTTP/1.1\r\n")
        #expect(try listener.channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "no"))
        #expect(listener.isGone)
    }

    @Test("who says nothing is closed at the time limit", arguments: ["", "PROXY TCP4 ", header])
    func timeLimit(said: String) throws {
        let listener = try Listener(
            Reception(form: .secure(NominalSecurity()), proxies: proxies, timeLimit: .seconds(3)))
        if !said.isEmpty { try listener.read(said) }
        listener.channel.embeddedEventLoop.advanceTime(by: .milliseconds(2_999))
        #expect(listener.channel.isActive)
        listener.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(listener.isGone)
    }

    @Test("who has arrived has no time limit any more")
    func noTimeLimit() throws {
        let listener = try Listener(Reception(proxies: proxies, timeLimit: .seconds(3)))
        try listener.read(header)
        listener.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(listener.channel.isActive)
    }

    @Test("who is one too many is closed before anything costly is done")
    func full() throws {
        let listener = try Listener(Reception(form: .secure(NominalSecurity()), proxies: proxies))
        listener.isFull = true
        try listener.read(header + "\u{16}")
        #expect(listener.isGone)
        #expect(listener.arrivals.isEmpty)
    }
}
