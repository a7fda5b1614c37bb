public import NIOCore

/// One coded frame, a video access unit or an audio frame, in decoding order.
public struct MediaFrame: Sendable {
    /// The immutable description that this frame was coded under; a new version is a new object.
    public let track: Track
    /// Decoding time in ticks of `track.timescale`.
    public var decodeTime: Int64
    /// Presentation time minus decoding time, in ticks of `track.timescale`; may be negative.
    public let compositionOffset: Int32
    /// What the presentation time has beyond `track.timescale`, 0 … 999,999 ns (Enhanced RTMP v2, "TimestampOffsetNano");
    /// 0 where the publisher says nothing so fine.
    public let presentationNanoseconds: UInt32
    /// Whether a decoder can start here.
    ///
    /// Always true for sound.
    public let isSync: Bool
    /// Whether no other frame refers to this one, so that it may be dropped (FLV "disposable inter frame").
    public let isDisposable: Bool
    /// Length-prefixed NAL units for H.264, H.265 and H.266 (the length's size is in the record), low-overhead OBUs for
    /// AV1, one raw frame for sound; for every other coding the bytes as the publisher sent them.
    public var payload: ByteBuffer

    /// Makes a frame.
    public init(
        track: Track, decodeTime: Int64, compositionOffset: Int32 = 0, presentationNanoseconds: UInt32 = 0,
        isSync: Bool, isDisposable: Bool = false, payload: ByteBuffer
    ) {
        self.track = track
        self.decodeTime = decodeTime
        self.compositionOffset = compositionOffset
        self.presentationNanoseconds = presentationNanoseconds
        self.isSync = isSync
        self.isDisposable = isDisposable
        self.payload = payload
    }

    /// When the frame is shown, in ticks of `track.timescale`.
    public var presentationTime: Int64 { decodeTime &+ Int64(compositionOffset) }
}
