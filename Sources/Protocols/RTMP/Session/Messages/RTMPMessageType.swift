/// What a message's payload is: the message type id of its header (RTMP 1.0 §5.4, §7.1).
///
/// A peer may send any of the 256 values; those that have no name here are passed over.
public struct RTMPMessageType: RawRepresentable, Hashable, Sendable {
    /// The message type id as it stands in the chunk message header.
    public let rawValue: UInt8

    /// Makes a type of a message type id.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Set Chunk Size (RTMP 1.0 §5.4.1).
    public static let setChunkSize = RTMPMessageType(rawValue: 1)
    /// Abort Message (RTMP 1.0 §5.4.2).
    public static let abort = RTMPMessageType(rawValue: 2)
    /// Acknowledgement (RTMP 1.0 §5.4.3).
    public static let acknowledgement = RTMPMessageType(rawValue: 3)
    /// User Control Message (RTMP 1.0 §6.2).
    public static let userControl = RTMPMessageType(rawValue: 4)
    /// Window Acknowledgement Size (RTMP 1.0 §5.4.4).
    public static let windowAcknowledgementSize = RTMPMessageType(rawValue: 5)
    /// Set Peer Bandwidth (RTMP 1.0 §5.4.5).
    public static let setPeerBandwidth = RTMPMessageType(rawValue: 6)
    /// Audio: the body of an FLV audio tag (RTMP 1.0 §7.1.4).
    public static let audio = RTMPMessageType(rawValue: 8)
    /// Video: the body of an FLV video tag (RTMP 1.0 §7.1.5).
    public static let video = RTMPMessageType(rawValue: 9)
    /// Data in the AMF3 form (RTMP 1.0 §7.1.2).
    public static let dataAMF3 = RTMPMessageType(rawValue: 15)
    /// Shared object in the AMF3 form (RTMP 1.0 §7.1.3).
    public static let sharedObjectAMF3 = RTMPMessageType(rawValue: 16)
    /// Command in the AMF3 form (RTMP 1.0 §7.1.1).
    public static let commandAMF3 = RTMPMessageType(rawValue: 17)
    /// Data in AMF0 (RTMP 1.0 §7.1.2).
    public static let data = RTMPMessageType(rawValue: 18)
    /// Shared object in AMF0 (RTMP 1.0 §7.1.3).
    public static let sharedObject = RTMPMessageType(rawValue: 19)
    /// Command in AMF0 (RTMP 1.0 §7.1.1).
    public static let command = RTMPMessageType(rawValue: 20)
    /// Aggregate: several messages in one (RTMP 1.0 §7.1.6).
    public static let aggregate = RTMPMessageType(rawValue: 22)
}
