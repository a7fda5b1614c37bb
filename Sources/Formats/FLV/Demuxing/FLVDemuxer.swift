import AMF
public import MediaModel
public import NIOCore

/// Makes stream elements of the bodies of FLV tags, which are those of RTMP messages.
///
/// It keeps the tracks that it has seen so far. A configuration that is new or differs emits all current tracks; a
/// repeated one emits nothing. Frames whose configuration has not come yet are dropped, and so is what cannot be
/// understood: one bad tag must not end a live stream. What was dropped is counted, and the last reason kept.
///
/// Decoding times are the raw 32-bit timestamps, in milliseconds: making one timeline of them is the hub's work.
/// Payloads are slices of the bodies.
public struct FLVDemuxer: Sendable {
    /// How many tags were dropped.
    public private(set) var skippedTagCount = 0
    /// Why the last one was.
    public private(set) var lastFault: FLVFault?

    var tracks = DemuxedTracks()

    /// Makes a demuxer at the start of a stream.
    public init() {}

    /// Appends to `elements` what the body of a tag amounts to: tracks, a frame, metadata, data, or nothing.
    public mutating func demux(
        type: FLVTagType, timestampMilliseconds: UInt32, body: ByteBuffer, into elements: inout [StreamElement]
    ) {
        // Empty messages are keep-alives (Enhanced RTMP v2) and the mistakes of some encoders.
        guard body.readableBytes > 0 else { return }
        do throws(FLVFault) {
            switch type {
            case .audio: try demuxAudio(body, at: timestampMilliseconds, into: &elements)
            case .video: try demuxVideo(body, at: timestampMilliseconds, into: &elements)
            case .scriptData: try demuxData(body, at: timestampMilliseconds, into: &elements)
            }
        } catch {
            skippedTagCount += 1
            lastFault = error
        }
    }

    /// Puts a version of a track in the place of the last, and tells it when it differs.
    @discardableResult
    mutating func configure(
        _ id: Track.ID, _ configuration: CodecConfiguration, into elements: inout [StreamElement]
    ) -> Track {
        if let known = tracks[id], known.configuration == configuration { return known }
        let track = Track(id: id, timescale: .milliseconds, configuration: configuration)
        tracks.set(track)
        elements.append(.tracks(tracks.all))
        return track
    }

    private func demuxData(
        _ body: ByteBuffer, at timestamp: UInt32, into elements: inout [StreamElement]
    ) throws(FLVFault) {
        var payload = body
        guard var name = AMF0Decoder.readLeadingString(&payload) else { throw .unnamedData }
        if name == Self.setDataFrame {
            guard let inner = AMF0Decoder.leadingString(of: payload),
                ![Self.setDataFrame, Self.clearDataFrame].contains(inner)
            else { throw .unnamedData }
            name = inner
        } else if name == Self.clearDataFrame {
            return
        } else {
            payload = body
        }
        let message = DataMessage(
            name: name, timestampMilliseconds: Int64(timestamp), payload: payload.beginning(with: name))
        elements.append(name == "onMetaData" ? .metadata(message) : .data(message))
    }

    /// A publisher's word for "keep this for those who come later", not part of the data.
    private static let setDataFrame = "@setDataFrame"
    /// A publisher's word for "keep it no longer".
    private static let clearDataFrame = "@clearDataFrame"
}

extension ByteBuffer {
    /// The AMF0 values of a data message from its name on.
    ///
    /// A camera maker puts numbers before the name. The copy also sets the message, which is kept for as long as
    /// viewers may come, free from the network buffer that it came in.
    fileprivate func beginning(with name: String) -> ByteBuffer {
        var rest = self
        var values = ByteBuffer()
        if getInteger(at: readerIndex, as: UInt8.self) != Self.stringMarker,
            AMF0Decoder.readLeadingString(&rest) != nil
        {
            values.writeAMF0(.string(name))
        }
        values.writeImmutableBuffer(rest)
        return values
    }

    /// The AMF0 type marker of a string of at most 65,535 bytes.
    private static let stringMarker: UInt8 = 0x02
}
