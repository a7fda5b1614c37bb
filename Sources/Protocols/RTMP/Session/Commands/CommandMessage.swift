import AMF
import NIOCore

/// A command: a name, a transaction id, a command object and what the command is about (RTMP 1.0 §7.1.1).
struct CommandMessage: Sendable {
    var name: String
    /// 0 wants no answer.
    ///
    /// A double that is echoed as it is; not a number counts as 0.
    var transactionID: Double
    /// The command object, `null` where a command has none.
    var object: AMF0Value
    var arguments: [AMF0Value]

    init(_ name: String, transactionID: Double = 0, object: AMF0Value = nil, _ arguments: [AMF0Value] = []) {
        self.name = name
        self.transactionID = transactionID
        self.object = object
        self.arguments = arguments
    }

    /// Reads the payload of a command message in either form.
    init(parsing message: RTMPMessage) throws(RTMPFault) {
        var payload = message.payload
        if message.type == .commandAMF3 {
            let selector = payload.readInteger(as: UInt8.self) ?? 0
            guard selector == 0 else { throw .unknownFormatSelector(selector) }
        }
        let values: [AMF0Value]
        do throws(AMFFault) {
            values = try AMF0Decoder.decodeAll(payload)
        } catch {
            throw .malformedCommand(error)
        }
        guard let name = values.first?.string else { throw .commandWithoutName }
        self.name = name
        let id = values.dropFirst().first?.number ?? 0
        transactionID = id.isNaN ? 0 : id
        object = values.dropFirst(2).first ?? .null
        arguments = Array(values.dropFirst(3))
    }

    /// Whether the sender wants an answer.
    var wantsAnswer: Bool { transactionID != 0 }

    func message(on messageStreamID: UInt32) -> RTMPMessage {
        var payload = ByteBuffer()
        payload.writeAMF0(.string(name))
        payload.writeAMF0(.number(transactionID))
        payload.writeAMF0(object)
        payload.writeAMF0(arguments)
        return RTMPMessage(type: .command, timestamp: 0, messageStreamID: messageStreamID, payload: payload)
    }
}

/// What commands carry where they are written loosely.
extension CommandMessage {
    /// The argument at `index` as text; empty when missing or something else.
    func text(at index: Int) -> String {
        value(at: index)?.string ?? ""
    }

    /// The argument at `index` as a number, also where a client wrote one as text.
    func number(at index: Int) -> Double? {
        guard let value = value(at: index) else { return nil }
        return value.number ?? value.string.flatMap(Double.init)
    }

    /// The argument at `index` as a truth value, also where a client wrote a number.
    func flag(at index: Int) -> Bool? {
        guard let value = value(at: index) else { return nil }
        return value.boolean ?? value.number.map { $0 != 0 }
    }

    /// Whether the argument at `index` is the truth value `false`, and no number or text.
    func isFalse(at index: Int) -> Bool {
        value(at: index)?.boolean == false
    }

    /// The argument at `index` as a message stream id.
    func messageStreamID(at index: Int) -> UInt32? {
        number(at: index).flatMap { UInt32(exactly: $0) }
    }

    private func value(at index: Int) -> AMF0Value? {
        arguments.indices.contains(index) ? arguments[index] : nil
    }
}
