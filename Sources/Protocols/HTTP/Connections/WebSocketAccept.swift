import Crypto
import HTTPTypes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The server's half of the WebSocket opening handshake (RFC 6455 §4.2).
struct WebSocketAccept {
    private let key: String

    /// Reads the client's half, or returns `nil` when the request is no proper upgrade to version 13.
    init?(_ request: HTTPRequest) {
        let fields = request.headerFields
        guard Self.field("Upgrade", of: fields)?.lowercased() == "websocket",
            Self.field("Sec-WebSocket-Version", of: fields) == "13",
            let key = Self.field("Sec-WebSocket-Key", of: fields), Data(base64Encoded: key)?.count == 16
        else { return nil }
        self.key = key
    }

    /// The answer that turns the connection into a WebSocket.
    var responseHead: String {
        """
        HTTP/1.1 101 Switching Protocols\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Accept: \(acceptValue)\r
        \r\n
        """
    }

    /// RFC 6455 §4.2.2 item 5.4.
    var acceptValue: String {
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }

    private static func field(_ name: String, of fields: HTTPFields) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }
}
