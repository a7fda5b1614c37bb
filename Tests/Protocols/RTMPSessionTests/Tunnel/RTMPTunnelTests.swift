import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("The server's end of a tunnel through HTTP")
struct RTMPTunnelTests {
    private let tunnel = TunnelProbe(RTMPTunnel(now: .uptimeNanoseconds(0)))
    private let id: RTMPTunnelID = {
        var random = SeededGenerator(seed: 1)
        return RTMPTunnelID(using: &random)
    }()

    private func call(_ purpose: RTMPTunnelRequest.Purpose, _ number: UInt32) -> RTMPTunnelRequest.Call {
        .init(tunnel: id, purpose: purpose, sequenceNumber: number)
    }

    private let zero = ByteBuffer(bytes: [0])
    private let now = NIODeadline.uptimeNanoseconds(0)

    @Test("send brings bytes, idle and close bring none, and each fetches what waits behind the poll interval")
    func exchange() throws {
        #expect(
            try tunnel.receive(call(.send, 0), ByteBuffer(hex: "0102"), at: now)
                == .bytes(ByteBuffer(hex: "0102")))
        #expect(tunnel.write(ByteBuffer(hex: "aa")))
        #expect(tunnel.write(ByteBuffer(hex: "bb")))
        #expect(tunnel.answer().hex == "01aabb")
        #expect(try tunnel.receive(call(.idle, 1), zero, at: now) == .bytes(ByteBuffer()))
        #expect(tunnel.answer().hex == "01")
        _ = tunnel.write(ByteBuffer(hex: "cc"))
        #expect(try tunnel.receive(call(.close, 2), zero, at: now) == .closing)
        #expect(tunnel.answer().hex == "00cc")
        #expect(tunnel.value.bytesWritten == 3)
    }

    @Test("a repeated request is answered with the same bytes, and brings nothing twice")
    func repetition() throws {
        let body = ByteBuffer(hex: "0102")
        _ = try tunnel.receive(call(.send, 0), body, at: now)
        _ = tunnel.write(ByteBuffer(hex: "aa"))
        let answer = tunnel.answer()
        _ = tunnel.write(ByteBuffer(hex: "bb"))
        #expect(try tunnel.receive(call(.send, 0), body, at: now) == .repetition(answer: answer))
        #expect(try tunnel.receive(call(.idle, 1), zero, at: now) == .bytes(ByteBuffer()))
        #expect(tunnel.answer().hex == "01bb")
    }

    @Test("a request out of order is a fault, the first one included")
    func order() throws {
        #expect(throws: RTMPTunnelFault.sequenceNumberOutOfOrder(1, expected: 0)) {
            _ = try tunnel.receive(call(.send, 1), zero, at: now)
        }
        for number in 0..<3 {
            _ = try tunnel.receive(call(.idle, UInt32(number)), zero, at: now)
            _ = tunnel.answer()
        }
        #expect(throws: RTMPTunnelFault.sequenceNumberOutOfOrder(4, expected: 3)) {
            _ = try tunnel.receive(call(.idle, 4), zero, at: now)
        }
        #expect(throws: RTMPTunnelFault.sequenceNumberOutOfOrder(1, expected: 3)) {
            _ = try tunnel.receive(call(.idle, 1), zero, at: now)
        }
    }

    @Test("a repetition that says something else is a fault")
    func changedRepetition() throws {
        _ = try tunnel.receive(call(.send, 0), zero, at: now)
        _ = tunnel.answer()
        #expect(throws: RTMPTunnelFault.changedRepetition(sequenceNumber: 0)) {
            _ = try tunnel.receive(call(.idle, 0), zero, at: now)
        }
        #expect(throws: RTMPTunnelFault.changedRepetition(sequenceNumber: 0)) {
            _ = try tunnel.receive(call(.send, 0), ByteBuffer(hex: "0000"), at: now)
        }
    }

    @Test("the poll interval grows while nothing happens, to 33, and any traffic brings it back")
    func interval() throws {
        var intervals: [UInt8] = []
        var number: UInt32 = 0
        for _ in 0..<70 {
            _ = try tunnel.receive(call(.idle, number), zero, at: now)
            intervals.append(try #require(tunnel.answer().getInteger(at: 0)))
            number += 1
        }
        #expect(intervals.sorted() == intervals)
        #expect(Set(intervals) == [1, 3, 5, 9, 17, 33])
        _ = tunnel.write(zero)
        _ = try tunnel.receive(call(.idle, number), zero, at: now)
        #expect(tunnel.answer().getInteger(at: 0) == UInt8(1))
    }

    @Test("beyond its room a tunnel asks to wait until the next request, and says when it holds too much")
    func room() throws {
        var configuration = RTMPTunnel.Configuration()
        configuration.roomBytes = 10
        configuration.mostWaitingBytes = 20
        let tunnel = TunnelProbe(RTMPTunnel(configuration: configuration, now: now))
        #expect(tunnel.write(ByteBuffer(repeating: 1, count: 9)))
        #expect(!tunnel.write(ByteBuffer(repeating: 1, count: 1)))
        #expect(!tunnel.value.isOverfull)
        #expect(!tunnel.write(ByteBuffer(repeating: 1, count: 11)))
        #expect(tunnel.value.isOverfull)
        _ = try tunnel.receive(call(.idle, 0), zero, at: now)
        #expect(tunnel.answer().readableBytes == 22)
        #expect(tunnel.value.isDrained && !tunnel.value.isOverfull)
        #expect(tunnel.write(ByteBuffer(repeating: 1, count: 9)))
    }

    @Test("every request, a repeated one too, puts the deadline off")
    func silence() throws {
        #expect(tunnel.value.deadline == .uptimeNanoseconds(0) + .seconds(30))
        let later = NIODeadline.uptimeNanoseconds(0) + .seconds(20)
        _ = try tunnel.receive(call(.idle, 0), zero, at: later)
        #expect(tunnel.value.deadline == later + .seconds(30))
        _ = try tunnel.receive(call(.idle, 0), zero, at: later + .seconds(1))
        #expect(tunnel.value.deadline == later + .seconds(31))
    }
}
