import EndpointCore
import Logging
import NIOCore
import NIOEmbedded
import RTMPSession
import StreamHub
import Testing

@testable import RTMPEndpoint

@Suite("A tunnel that is held answers later")
struct HeldTunnelTests {
    private let loop = EmbeddedEventLoop()
    private let transport: TunnelTransport
    private let name: String

    init() {
        transport = TunnelTransport(
            RTMPConnection(endpoint: .admittingNobody(on: loop), carrier: .tunnel), configuration: .init(),
            eventLoop: loop
        ) {}
        var random = SystemRandomNumberGenerator()
        name = RTMPTunnelID(using: &random).text
        transport.open(for: "192.0.2.1", isFromThisMachine: false)
    }

    /// Sends a request for nothing but an answer, and says whether that has come.
    private func answer(_ number: Int) throws -> () -> Bool {
        guard case .call(let call) = RTMPTunnelRequest(path: "/idle/\(name)/\(number)") else {
            throw ChannelError.operationUnsupported
        }
        let isThere = NIOLoopBoundBox(false, eventLoop: loop)
        transport.answerInTime(call, body: ByteBuffer(bytes: [0])).whenComplete { _ in isThere.value = true }
        return { isThere.value }
    }

    @Test("until it is held no more")
    func holding() throws {
        #expect(try answer(0)())
        transport.setReading(.held)
        let second = try answer(1)
        #expect(!second())
        transport.setReading(.atOnce)
        #expect(second())
        #expect(try answer(2)())
        transport.close()
        loop.run()
    }

    @Test("or until it is closed, whoever would hold it still", arguments: [false, true])
    func closing(inOrder: Bool) throws {
        transport.setReading(.held)
        let first = try answer(0)
        if inOrder { transport.closeWhenDrained() } else { transport.close() }
        #expect(first())
        transport.setReading(.held)
        #expect(try answer(1)())
        loop.run()
    }

    @Test("and is not silent meanwhile, nor at once thereafter")
    func silence() throws {
        transport.setReading(.held)
        let first = try answer(0)
        loop.advanceTime(by: .seconds(300))
        #expect(!transport.isClosed)
        #expect(!first())
        transport.setReading(.atOnce)
        #expect(first())
        loop.advanceTime(by: .seconds(29))
        #expect(!transport.isClosed)
        loop.advanceTime(by: .seconds(31))
        #expect(transport.isClosed)
    }
}
