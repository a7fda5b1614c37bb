import EndpointCore
import RTMPSession

extension StreamWish {
    /// The wish of an RTMP client.
    ///
    /// Clients divide application and name in different places; a stream's application ends at the first slash.
    init(
        _ address: StreamAddress, from peerAddress: String, isFromThisMachine: Bool, login: StreamLogin? = nil,
        client: ClientFacts? = nil
    ) {
        let path = address.path
        let slash = path.firstIndex(of: "/") ?? path.endIndex
        self.init(
            application: String(path[..<slash]), name: String(path[slash...].dropFirst()),
            query: address.query.items.map { (name: $0.name, value: $0.value.percentDecoded ?? $0.value) },
            peerAddress: peerAddress, isFromThisMachine: isFromThisMachine, login: login)
        self.client = client
    }
}
