import EndpointCore
import MediaModel
import StreamHealth
import TextCoding

/// A session as the API shows it.
struct SessionAnswer {
    let entry: SessionDirectory.Entry
    let reading: SessionReading
    let clock: ClockReading

    /// Bytes that are shown of what a client calls itself.
    private static let longestAgent = 128

    func write(to writer: inout JSONWriter) {
        writer.member("id", entry.id)
        writer.member("role", entry.role.rawValue)
        writer.member("transport", entry.transport)
        writer.member("stream", entry.path.description)
        writer.member("state", reading.state.rawValue)
        writer.member("peer", entry.peer(reading))
        writer.member("agent", agent)
        writer.member("since", time: clock.wall(at: entry.since))
        writer.member("bytesReceived", reading.bytesReceived)
        writer.member("bytesSent", reading.bytesSent)
        switch entry.role {
        case .publisher:
            writer.member("framesReceived", reading.framesReceived)
        case .player:
            writer.member("framesSent", reading.framesSent)
            writer.member("framesLost", reading.framesLost)
            writer.member("behindSeconds", reading.lagMilliseconds.map { Double($0) / 1_000 })
            writer.member("omittedTracks", of: reading.omittedTracks) { $0.string($1) }
        }
        writer.member("canReconnect", reading.takesReconnectRequests)
        if let line = reading.line {
            writer.member("line") { writer in
                writer.member("roundTripSeconds", line.roundTrip / 1_000)
                writer.member("roundTripVariationSeconds", line.roundTripVariation / 1_000)
                writer.member("segmentsSent", line.segmentsSent)
                writer.member("segmentsRetransmitted", line.segmentsRetransmitted)
                writer.member("segmentsReceived", line.segmentsReceived)
                writer.member("segmentsOutOfOrder", line.segmentsOutOfOrder)
                writer.member(
                    "deliveryBitsPerSecond",
                    line.deliveryBytesPerSecond.map { $0.multipliedReportingOverflow(by: 8).partialValue })
                writer.member("unacknowledgedBytes", line.unacknowledgedBytes)
            }
        }
    }

    private var agent: String? {
        guard let agent = entry.client?.agent, !agent.isEmpty else { return nil }
        return String(agent.fitting(utf8Bytes: Self.longestAgent))
    }
}
