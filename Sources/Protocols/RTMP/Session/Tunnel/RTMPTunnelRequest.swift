/// What the path of a request says in RTMP's tunnel through HTTP (RTMPT), which Adobe never wrote down.
public enum RTMPTunnelRequest: Equatable, Sendable {
    /// `/fcs/ident2`: Flash Player asks which address it should use instead.
    case identify
    /// `/open/1`: the client wants a tunnel.
    case open
    /// Anything within a tunnel.
    case call(Call)

    /// A request within a tunnel.
    public struct Call: Equatable, Sendable {
        /// Which one.
        public var tunnel: RTMPTunnelID
        /// What for.
        public var purpose: Purpose
        /// 0 for the first request after `open`, one more for each that follows.
        public var sequenceNumber: UInt32

        /// Makes a call.
        public init(tunnel: RTMPTunnelID, purpose: Purpose, sequenceNumber: UInt32) {
            self.tunnel = tunnel
            self.purpose = purpose
            self.sequenceNumber = sequenceNumber
        }
    }

    /// What a call is for.
    public enum Purpose: String, Equatable, Sendable {
        /// Brings bytes of RTMP, and fetches what there is.
        case send
        /// Fetches what there is; its body, one byte, means nothing.
        case idle
        /// Ends the tunnel; its body means nothing either.
        case close
    }

    /// Reads a path; `nil` when it is none of the tunnel's.
    ///
    /// What stands behind `/open/` or `/fcs/` is not looked at: there is but one form of each.
    public init?(path: some StringProtocol) {
        let parts = path.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty else { return nil }
        switch (parts[1], parts.count) {
        case ("fcs", 3): self = .identify
        case ("open", 3): self = .open
        case (_, 4):
            guard let purpose = Purpose(rawValue: String(parts[1])), let tunnel = RTMPTunnelID(parts[2]),
                let sequenceNumber = Self.number(parts[3])
            else { return nil }
            self = .call(Call(tunnel: tunnel, purpose: purpose, sequenceNumber: sequenceNumber))
        default: return nil
        }
    }

    /// The path of the request.
    public var path: String {
        switch self {
        case .identify: "/fcs/ident2"
        case .open: "/open/1"
        case .call(let call): "/\(call.purpose.rawValue)/\(call.tunnel.text)/\(call.sequenceNumber)"
        }
    }

    /// Digits alone: `UInt32.init` takes a sign too.
    private static func number(_ text: some StringProtocol) -> UInt32? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt32(text)
    }
}
