import NIOCore
import RTMPSession

/// A server's end of a tunnel that expectations can change.
final class TunnelProbe {
    private(set) var value: RTMPTunnel

    init(_ value: RTMPTunnel) {
        self.value = value
    }

    func receive(
        _ call: RTMPTunnelRequest.Call, _ body: ByteBuffer, at now: NIODeadline
    ) throws -> RTMPTunnel.Arrival {
        try value.receive(call, body: body, now: now)
    }

    func write(_ bytes: ByteBuffer) -> Bool { value.write(bytes) }

    func answer() -> ByteBuffer { value.answer() }
}

/// A client's end of a tunnel that expectations can change.
final class TunnelClientProbe {
    private(set) var value = RTMPTunnelClient()

    func nextRequest(at now: NIODeadline) -> RTMPTunnelClient.Request? { value.nextRequest(now: now) }

    func receive(_ status: Int, _ body: ByteBuffer, at now: NIODeadline) throws -> ByteBuffer {
        try value.receive(status: status, body: body, now: now)
    }

    func write(_ bytes: ByteBuffer) { value.write(bytes) }

    func close() { value.close() }
}
