import ByteCoding
import NIOCore

/// Several messages in one: type 22, whose payload is FLV tags back to back (RTMP 1.0 §7.1.6).
///
/// Flash Media Server and its relays send them; no reader needs them, so the house only takes them apart.
public enum AggregateMessage {
    /// Type 1, size 3, timestamp 3 + 1 and stream id 3 bytes.
    private static let headerSize = 11

    /// The messages in `aggregate`, on its message stream; just `aggregate` itself when it is of another type.
    ///
    /// Their timestamps keep their distances and begin at that of the aggregate. What is left when less than a header
    /// remains is ignored, as is a missing or wrong back pointer.
    ///
    /// - Throws: `.aggregatePartTooLong`, `.messageTooLong` for parts that would be too long by themselves,
    ///   `.tooManyMessagesInAggregate`, and `.forbiddenInAggregate` for aggregates and
    ///   protocol control messages within, which belong to the connection and not to a timeline.
    public static func messages(
        in aggregate: RTMPMessage, limits: RTMPLimits = .init()
    ) throws(RTMPFault) -> [RTMPMessage] {
        guard aggregate.type == .aggregate else { return [aggregate] }
        var messages: [RTMPMessage] = []
        var rest = aggregate.payload
        var offset: UInt32?
        while rest.readableBytes >= headerSize, let part = TagHeader(reading: &rest) {
            guard part.type.mayBeAggregated else { throw .forbiddenInAggregate(part.type) }
            guard let payload = rest.readSlice(length: part.size) else {
                throw .aggregatePartTooLong(bytes: part.size)
            }
            guard part.size <= limits.messageBytes(of: part.type) else {
                throw .messageTooLong(type: part.type, bytes: part.size)
            }
            guard messages.count < limits.messagesPerAggregate else { throw .tooManyMessagesInAggregate }
            let distance = offset ?? (aggregate.timestamp &- part.timestamp)
            offset = distance
            messages.append(
                RTMPMessage(
                    type: part.type, timestamp: part.timestamp &+ distance,
                    messageStreamID: aggregate.messageStreamID, payload: payload))
            rest.moveReaderIndex(forwardBy: min(MemoryLayout<UInt32>.size, rest.readableBytes))
        }
        return messages
    }

    /// The FLV tag header in front of each message.
    private struct TagHeader {
        let type: RTMPMessageType
        let size: Int
        let timestamp: UInt32

        init?(reading bytes: inout ByteBuffer) {
            guard let type = bytes.readInteger(as: UInt8.self), let size = bytes.readUInt24(),
                let low = bytes.readUInt24(), let high = bytes.readInteger(as: UInt8.self),
                bytes.readUInt24() != nil
            else { return nil }
            self.type = RTMPMessageType(rawValue: type)
            self.size = Int(size)
            timestamp = UInt32(high) << 24 | low
        }
    }
}

extension RTMPMessageType {
    fileprivate var mayBeAggregated: Bool {
        switch self {
        case .aggregate, .setChunkSize, .abort, .acknowledgement, .userControl, .windowAcknowledgementSize,
            .setPeerBandwidth:
            false
        default: true
        }
    }
}
