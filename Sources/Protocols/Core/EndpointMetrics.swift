public import Metrics

/// What every endpoint counts, under the name of its protocol.
public struct EndpointMetrics: Sendable {
    /// Connections that were accepted.
    public let connectionsOpened: Counter
    /// Connections that are open now.
    public let connectionsOpen: Meter
    /// Connections that were closed for a fault of the peer.
    public let faults: Counter
    /// Wishes that policy did not grant.
    public let refusals: Counter
    /// Bytes that came in.
    public let bytesReceived: Counter
    /// Bytes that went out.
    public let bytesSent: Counter

    /// Makes the metrics of a protocol, such as `rtmp`.
    public init(protocol name: String) {
        let dimensions = [("protocol", name)]
        connectionsOpened = Counter(label: "swiftwater_connections_opened_total", dimensions: dimensions)
        connectionsOpen = Meter(label: "swiftwater_connections", dimensions: dimensions)
        faults = Counter(label: "swiftwater_faults_total", dimensions: dimensions)
        refusals = Counter(label: "swiftwater_refusals_total", dimensions: dimensions)
        bytesReceived = Counter(label: "swiftwater_received_bytes_total", dimensions: dimensions)
        bytesSent = Counter(label: "swiftwater_sent_bytes_total", dimensions: dimensions)
    }
}
