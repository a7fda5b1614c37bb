public import NIOCore
public import StreamHealth

extension LineFigures {
    /// What the kernel knows of a channel's TCP connection (Linux `TCP_INFO`); `nil` elsewhere, and for other transports.
    ///
    /// Called on the channel's event loop; one system call.
    public init?(of channel: any Channel) {
        guard let info = TCPInfo(of: channel) else { return nil }
        self.init(info)
    }

    private init(_ info: TCPInfo) {
        let sent = Int(info.word(156)), received = Int(info.word(152))
        // `tcpi_rtt` and `tcpi_rcv_rtt`, in microseconds: who only receives has no other round trips to go by.
        let isReceiver = received > sent && info.word(92) > 0
        let mss = Int(info.word(16))
        self.init(
            roundTrip: Double(isReceiver ? info.word(92) : info.word(68)) / 1_000,
            roundTripVariation: Double(info.word(72)) / 1_000,
            segmentsSent: sent, segmentsRetransmitted: Int(info.word(100)), segmentsReceived: received,
            segmentsOutOfOrder: Int(info.word(224)),
            deliveryBytesPerSecond: info.long(160) > 0 ? Int(clamping: info.long(160)) : nil,
            unacknowledgedBytes: Int(info.word(144)) &+ Int(info.word(24)) &* mss)
    }
}
