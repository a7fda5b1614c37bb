import CodecParsing
import MediaModel
import NIOCore

/// Gives the frames of one track their exact times on the output timeline: strictly increasing, in the output's timescale.
///
/// Pictures keep their times. Sound that came over RTMP has times rounded to the millisecond, 23, 23 and 24 for frames of
/// 1,024 samples at 44,100 Hz; written down as they are they would be gaps and overlaps. So the times of sound are
/// counted in samples from the first frame, and held against the source's: when they are further apart than
/// `longestDrift`, the source wins. Where frames differ in length, as in Opus, each is asked for its own.
struct TrackClock {
    /// How far the count of samples may run from the source's times: 40 ms, the edge of what is heard as out of sync.
    ///
    /// It is also two frames of AAC, so that the rounding and jitter of encoders do not touch it, and a lost frame does
    /// only when there were two.
    static let longestDriftMilliseconds: Int64 = 40

    /// How far a frame may be moved for the sake of increasing times: 1 second.
    static let longestBendSeconds: Int64 = 1

    /// The unit of the times that are given.
    let timescale: Timescale
    /// How long every frame lasts, where frames of sound have a constant length.
    let frameLength: Int64?

    /// Who knows the length of each frame, where frames of sound differ.
    private let measure: CodecConfiguration?
    private let source: Timescale
    private let sourceOrigin: Int64
    private let origin: Int64
    private let longestDrift: Int64
    /// Whether frames of constant length begin at whole multiples of it, wherever the first one is.
    private let isSnapped: Bool
    private var last: Int64?
    /// How long the newest frame lasts, where that is known.
    private var lastLength: Int64?

    /// Makes a clock that gives `origin`, in output ticks, to the source's time `sourceOrigin`.
    ///
    /// - Parameter isSnapped: whether the first time is moved to the nearest multiple of a frame of constant length, so that
    ///   everybody who counts counts the same, whenever he begins.
    init(
        _ track: Track, timescale: Timescale, sourceOrigin: Int64, origin: Int64,
        longestDriftMilliseconds: Int64 = Self.longestDriftMilliseconds, isSnapped: Bool = false
    ) {
        self.isSnapped = isSnapped
        self.timescale = timescale
        self.sourceOrigin = sourceOrigin
        self.origin = origin
        source = track.timescale
        longestDrift = timescale.ticksPerSecond * longestDriftMilliseconds / 1000
        frameLength = track.frameLength(in: timescale)
        let isCounted =
            track.kind == .audio && track.configuration.audio.map { Int64($0.sampleRate) } == timescale.ticksPerSecond
        measure = isCounted && frameLength == nil ? track.configuration : nil
    }

    /// Whether times are counted in samples from frame to frame.
    var countsSamples: Bool { frameLength != nil || measure != nil }

    /// How long a frame lasts, in ticks; `nil` where only the next frame tells.
    func length(of payload: ByteBuffer) -> Int64? {
        frameLength ?? measure?.sampleCount(of: payload).map { Int64($0) }
    }

    /// The unit in which the output counts the times of a track: 90 kHz for pictures, samples for sound.
    static func outputTimescale(for track: Track) -> Timescale {
        guard track.kind == .audio, let rate = track.configuration.audio?.sampleRate else { return .mpeg }
        return Timescale(ticksPerSecond: rate) ?? .mpeg
    }

    /// The decode time for the next frame, whose time in the source is `sourceTime`.
    ///
    /// Returns `nil` when it could only be had by moving the frame later by more than `longestBend`: the source has gone
    /// back in time. Nothing is remembered until the frame is taken.
    func time(of sourceTime: Int64) -> Int64? {
        let distance = sourceTime.subtractingClamped(sourceOrigin)
        let raw = origin.addingClamped(source.convert(distance, to: timescale))
        let time = settled(raw)
        let longestBend = timescale.ticksPerSecond * Self.longestBendSeconds
        return time.subtractingClamped(raw) > longestBend ? nil : time
    }

    /// Remembers `time` as that of the newest frame, and how long that lasts.
    mutating func take(_ time: Int64, length: Int64?) {
        last = time
        lastLength = length
    }

    private func snapped(_ raw: Int64) -> Int64 {
        guard let length = frameLength, length > 0, raw >= 0 else { return raw }
        return raw.addingClamped(length / 2) / length * length
    }

    private func settled(_ raw: Int64) -> Int64 {
        guard let last else { return isSnapped ? snapped(raw) : raw }
        guard let length = lastLength else { return max(raw, last.addingClamped(1)) }
        let expected = last.addingClamped(length)
        if raw > expected.addingClamped(longestDrift) { return raw }
        // Too much sound for its time is squeezed frame by frame: halves of frames overlap less than whole ones.
        if raw < expected.addingClamped(-longestDrift) { return max(raw, last.addingClamped(max(1, length / 2))) }
        return expected
    }
}

extension Track {
    fileprivate func frameLength(in timescale: Timescale) -> Int64? {
        guard let audio = configuration.audio, let samples = audio.samplesPerFrame, samples > 0,
            Int64(audio.sampleRate) == timescale.ticksPerSecond
        else { return nil }
        return Int64(samples)
    }
}

extension Int64 {
    /// The sum, or the bound that it would pass.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }

    /// The difference, or the bound that it would pass.
    func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
