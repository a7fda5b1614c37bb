import AMF
import NIOCore
import TestSupport

@testable import RTMPSession

/// What a message says, on one line.
func line(for message: RTMPMessage) -> String {
    let place = "@\(message.messageStreamID)"
    if let control = try? ControlMessage(parsing: message) { return "\(control)" }
    if message.type == .command, let command = try? CommandMessage(parsing: message) {
        let about = command.arguments.map { value in
            value["code"]?.string ?? value.number.map { "\($0)" } ?? value.string ?? "\(value)"
        }
        return ([command.name, "#\(Int(command.transactionID))", place] + about).joined(separator: " ")
    }
    if message.type == .data { return "data \(place) \(AMF0Decoder.leadingString(of: message.payload) ?? "?")" }
    return "\(message.type.rawValue) \(place) \(message.timestamp) \(message.payload.readableBytes) bytes"
}

extension RTMPMessage {
    /// A command as a client would send it.
    static func command(
        _ name: String, _ id: Double, on messageStreamID: UInt32 = 0, object: AMF0Value = .null,
        _ arguments: AMF0Value...
    ) -> RTMPMessage {
        CommandMessage(name, transactionID: id, object: object, arguments).message(on: messageStreamID)
    }

    /// A data message of values.
    static func data(_ values: [AMF0Value], on messageStreamID: UInt32 = 1, type: RTMPMessageType = .data)
        -> RTMPMessage
    {
        var payload = ByteBuffer()
        if type == .dataAMF3 { payload.writeInteger(0, as: UInt8.self) }
        payload.writeAMF0(values)
        return RTMPMessage(type: type, timestamp: 0, messageStreamID: messageStreamID, payload: payload)
    }

    static func video(_ hex: String, at timestamp: UInt32 = 0, on messageStreamID: UInt32 = 1) -> RTMPMessage {
        RTMPMessage(
            type: .video, timestamp: timestamp, messageStreamID: messageStreamID, payload: ByteBuffer(hex: hex))
    }

    static func audio(_ hex: String, at timestamp: UInt32 = 0, on messageStreamID: UInt32 = 1) -> RTMPMessage {
        RTMPMessage(
            type: .audio, timestamp: timestamp, messageStreamID: messageStreamID, payload: ByteBuffer(hex: hex))
    }
}
