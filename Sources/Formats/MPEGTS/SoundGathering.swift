import CodecParsing
import MediaModel
import NIOCore

/// Consecutive frames of sound that are to share one PES packet.
///
/// A receiver counts the times of all frames but the first from their lengths, so only frames that follow each other
/// without a gap may be gathered. All times are unwrapped ticks of 90 kHz.
struct SoundGathering: Sendable {
    /// How far a frame's time may be from where the frames before it end, for it still to follow them: 5 ms.
    ///
    /// RTMP's milliseconds and the rounding of several senders stay well below; a lost frame is at least 8 ms.
    static let tolerance: Int64 = 450

    /// When the first frame is presented; `nil` when there is none.
    private(set) var start: Int64?
    /// How long the frames are that are there, and the newest of them, in samples.
    private var (samples, newestSamples): (Int64, Int64) = (0, 0)
    private var bytes = ByteBuffer()

    private let configuration: CodecConfiguration
    /// The length of every frame; `nil` where each must be asked.
    private let samplesPerFrame: Int?
    private let sampleRate: Int64

    /// Makes an empty gathering for sound of a configuration; frames of unknown duration are not gathered.
    init(_ configuration: CodecConfiguration) {
        self.configuration = configuration
        samplesPerFrame = configuration.audio?.samplesPerFrame
        sampleRate = Int64(configuration.audio?.sampleRate ?? 0)
    }

    /// Whether a frame of `length` bytes, framing included, presented at `time`, may join those that are there.
    func accepts(length: Int, at time: Int64, limit: Int64) -> Bool {
        guard let start else { return true }
        let drift = time &- start &- duration(of: samples)
        return (-Self.tolerance...Self.tolerance).contains(drift)
            && bytes.readableBytes + length + PESHeader.longestRest <= PESHeader.longestLength
    }

    /// Whether another frame like the newest would make more than `limit`.
    func isFull(limit: Int64) -> Bool {
        guard start != nil else { return false }
        return newestSamples <= 0 || sampleRate <= 0 || duration(of: samples &+ newestSamples) > limit
    }

    /// Whether the first frame waits for longer than `limit` when it is `time`.
    func isOverdue(at time: Int64, _ limit: Int64) -> Bool {
        guard let start else { return false }
        return time &- start > limit
    }

    /// Adds a frame that was accepted.
    mutating func append(_ frame: MediaFrame, at time: Int64, _ framing: FrameFraming) {
        framing.write(frame, bringsParameterSets: false, into: &bytes)
        if start == nil { start = time }
        newestSamples = Int64(samplesPerFrame ?? configuration.sampleCount(of: frame.payload) ?? 0)
        samples &+= newestSamples
    }

    /// Moves all that is there to the end of `pes`.
    mutating func empty(into pes: inout ByteBuffer) {
        pes.writeImmutableBuffer(bytes)
        bytes.clear()
        start = nil
        samples = 0
    }

    private func duration(of samples: Int64) -> Int64 {
        sampleRate > 0 ? samples &* 90_000 / sampleRate : 0
    }
}
