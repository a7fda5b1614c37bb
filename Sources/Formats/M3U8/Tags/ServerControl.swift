import TextCoding

/// What a server offers to players that stay close to the end (EXT-X-SERVER-CONTROL, RFC 8216bis §4.4.3.8).
public struct ServerControl: Hashable, Sendable {
    /// Whether a request may wait for a segment or part to come (CAN-BLOCK-RELOAD).
    public var canBlockReload: Bool
    /// How far behind the end whoever plays whole segments stays (HOLD-BACK); three target durations at least.
    public var holdBack: Duration?
    /// How far behind the end whoever plays parts stays (PART-HOLD-BACK); needed with parts, and twice, better three
    /// times the part target.
    public var partHoldBack: Duration?
    /// How far from the end segments may be left out of a delta update (CAN-SKIP-UNTIL); six target durations at least.
    public var canSkipUntil: Duration?

    /// Makes an offer.
    public init(
        canBlockReload: Bool = false, holdBack: Duration? = nil, partHoldBack: Duration? = nil,
        canSkipUntil: Duration? = nil
    ) {
        self.canBlockReload = canBlockReload
        self.holdBack = holdBack
        self.partHoldBack = partHoldBack
        self.canSkipUntil = canSkipUntil
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        canBlockReload = try attributes.flag(.canBlockReload)
        holdBack = try attributes.seconds(.holdBack)
        partHoldBack = try attributes.seconds(.partHoldBack)
        canSkipUntil = try attributes.seconds(.canSkipUntil)
    }

    var text: String {
        var list = AttributeListWriter()
        if canBlockReload { list.add(.canBlockReload, bare: "YES") }
        if let canSkipUntil { list.add(.canSkipUntil, bare: DecimalSeconds.text(canSkipUntil)) }
        if let holdBack { list.add(.holdBack, bare: DecimalSeconds.text(holdBack)) }
        if let partHoldBack { list.add(.partHoldBack, bare: DecimalSeconds.text(partHoldBack)) }
        return list.text
    }
}
