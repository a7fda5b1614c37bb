public import MediaModel
public import NIOCore

/// Which loudspeaker each channel of a sound is for (Enhanced RTMP v2, `AudioPacketType.MultichannelConfig`).
public struct MultichannelConfig: Hashable, Sendable {
    /// How many channels there are, 0 … 255.
    public var channelCount: UInt8
    /// Which loudspeakers; `nil` for an unspecified order.
    ///
    /// Of a custom one there are as many as channels.
    public var layout: ChannelLayout?

    /// Makes a configuration; the loudspeakers of a custom layout beyond 255 are left out.
    public init(channelCount: UInt8, layout: ChannelLayout?) {
        self.channelCount = channelCount
        self.layout = layout
    }

    /// Makes the configuration that says `layout`.
    public init(_ layout: ChannelLayout) {
        self.layout = layout
        switch layout {
        case .native(let mask): channelCount = UInt8(truncatingIfNeeded: mask.nonzeroBitCount)
        case .custom(let speakers): channelCount = UInt8(clamping: speakers.count)
        }
    }

    /// Reads the body of a packet; what stands behind is passed over.
    ///
    /// - Throws: `.truncatedHeader` or `.unknownChannelOrder`.
    public init(parsing body: ByteBuffer) throws(FLVFault) {
        var body = body
        guard let (order, count) = body.readMultipleIntegers(as: (UInt8, UInt8).self) else { throw .truncatedHeader }
        channelCount = count
        switch order {
        case 0:
            layout = nil
        case 1:
            guard let mask = body.readInteger(as: UInt32.self) else { throw .truncatedHeader }
            layout = .native(mask: mask)
        case 2:
            guard let speakers = body.readBytes(length: Int(count)) else { throw .truncatedHeader }
            layout = .custom(speakers)
        default:
            throw .unknownChannelOrder(order)
        }
    }

    /// Appends the body of a packet.
    public func write(into buffer: inout ByteBuffer) {
        switch layout {
        case nil:
            buffer.writeMultipleIntegers(0 as UInt8, channelCount)
        case .native(let mask):
            buffer.writeMultipleIntegers(1 as UInt8, channelCount, mask)
        case .custom(let speakers):
            buffer.writeMultipleIntegers(2 as UInt8, UInt8(clamping: speakers.count))
            buffer.writeBytes(speakers.prefix(255))
        }
    }
}
