public import NIOCore

/// A movie fragment: a `moof` box and the `mdat` box behind it (ISO/IEC 14496-12 §8.8), which is a CMAF chunk when it
/// has one track.
///
/// The same value is written and read; what is read back equals what was written.
public struct MovieFragment: Equatable, Sendable {
    /// The most samples that a fragment which is read may count: 1,000,000, six hours of AAC.
    ///
    /// The count costs a malicious writer nothing when sizes and durations are defaulted, and costs the reader memory.
    public static let mostSamples = 1_000_000

    /// The number of the fragment in its stream, from 1 upwards (ISO/IEC 14496-12 §8.8.5).
    public var sequenceNumber: UInt32
    /// The tracks that have samples in this fragment; their samples lie in the media data in this order.
    public var tracks: [TrackFragment]

    /// Makes a fragment.
    public init(sequenceNumber: UInt32, tracks: [TrackFragment]) {
        self.sequenceNumber = sequenceNumber
        self.tracks = tracks
    }
}

/// The consecutive samples of one track in a movie fragment (ISO/IEC 14496-12 §8.8.6).
public struct TrackFragment: Equatable, Sendable {
    /// The track, as the initialization segment numbers it: 1 and upwards.
    public var trackID: UInt32
    /// Decode time of the first sample, in ticks of the track's timescale; 0 or more.
    public var baseMediaDecodeTime: Int64
    /// The samples in decoding order, at least one.
    public var samples: [FragmentSample]

    /// Makes a track fragment.
    public init(trackID: UInt32, baseMediaDecodeTime: Int64, samples: [FragmentSample]) {
        self.trackID = trackID
        self.baseMediaDecodeTime = baseMediaDecodeTime
        self.samples = samples
    }
}

/// One sample of a movie fragment: what a `MediaFrame` becomes once its duration is known.
public struct FragmentSample: Equatable, Sendable {
    /// Ticks of the track's timescale until the next sample is decoded.
    public var duration: UInt32
    /// Presentation time minus decode time in ticks of the track's timescale; may be negative.
    public var compositionOffset: Int32
    /// Whether a decoder can start here; true for every sample of sound.
    public var isSync: Bool
    /// Whether no other sample refers to this one.
    public var isDisposable: Bool
    /// The coded frame.
    public var payload: ByteBuffer

    /// Makes a sample.
    public init(
        duration: UInt32, compositionOffset: Int32 = 0, isSync: Bool, isDisposable: Bool = false, payload: ByteBuffer
    ) {
        self.duration = duration
        self.compositionOffset = compositionOffset
        self.isSync = isSync
        self.isDisposable = isDisposable
        self.payload = payload
    }
}
