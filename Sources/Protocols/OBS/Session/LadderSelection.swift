/// One video track that OBS is to send.
public struct SelectedTrack: Sendable, Equatable {
    /// In pixels; even.
    public var width: Int
    /// In pixels; even.
    public var height: Int
    /// The canvas's rate, or a whole fraction of it.
    public var frameRate: FrameRate
    /// Kilobits per second.
    public var bitrate: Int

    /// Makes a track.
    public init(width: Int, height: Int, frameRate: FrameRate, bitrate: Int) {
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.bitrate = bitrate
    }

    /// Pixels that an encoder sees in a second.
    var pixelsPerSecond: Int { width * height * frameRate.numerator / frameRate.denominator }
}

/// Chooses from a ladder what one user's OBS can send.
///
/// The lowest rendition is kept as long as there is room for more than one, for it is what a viewer on a bad network
/// needs; the others follow from the highest down, each if it fits.
public struct LadderSelection: Sendable, Equatable {
    /// The longest side of a canvas that is understood, in pixels: 16,384, which is OBS's own limit.
    public static let longestSide = 16_384
    /// Frames a second that are understood: 1,000, far above what OBS offers.
    public static let highestFrameRate = 1000
    /// Pixels that x264's `veryfast` takes from one core in a second, half of the cores being left to everything else:
    /// 1920 × 1080 at 15 frames.
    ///
    /// So 4 cores get 720p60 and what is below it, 6 cores 1080p60 and a little, 8 cores the whole default ladder.
    static let softwarePixelsPerCore = 1920 * 1080 * 15

    /// The tracks, the highest first.
    public private(set) var tracks: [SelectedTrack]

    /// Chooses.
    ///
    /// - Parameters:
    ///   - ladder: what the operator wants.
    ///   - request: what OBS told of itself. Only its main canvas is looked at.
    ///   - encoder: what will encode.
    public init(
        from ladder: MultitrackLadder, for request: ClientConfigurationRequest, encoder: EncoderFamily
    ) throws(MultitrackFault) {
        guard let canvas = request.canvases.first else { throw .canvasSize(width: 0, height: 0) }
        try Self.check(canvas)
        let candidates = Self.renditions(ladder.renditions, on: canvas).map {
            Self.track($0, on: canvas, keyframeInterval: ladder.keyframeInterval)
        }
        let audioTracks = request.wantsVODAudio ? 2 : 1
        let limits = Limits(
            tracks: min(request.maximumVideoTracks ?? .max, request.client.mostVideoTracks),
            bitrate: request.maximumAggregateBitrate.map { $0 - ladder.audioBitrate * audioTracks },
            pixelsPerSecond: encoder == .x264 && request.physicalCores > 0
                ? min(request.physicalCores, 1024) * Self.softwarePixelsPerCore : nil)
        tracks = limits.choice(from: candidates)
        guard tracks.isEmpty, let lowest = candidates.last else { return }
        if let most = limits.bitrate, lowest.bitrate > most {
            let audio = ladder.audioBitrate * audioTracks
            throw .bandwidthTooLow(limit: most + audio, least: lowest.bitrate + audio)
        }
        // A processor that is too slow for the lowest rendition sends it all the same: there is nothing less to ask for.
        tracks = [lowest]
    }

    private static func check(_ canvas: Canvas) throws(MultitrackFault) {
        let sides = 2...longestSide
        guard sides.contains(canvas.width), sides.contains(canvas.height) else {
            throw .canvasSize(width: canvas.width, height: canvas.height)
        }
        let rate = canvas.frameRate
        guard (1...1_000_000).contains(rate.numerator), (1...1_000_000).contains(rate.denominator),
            rate.numerator >= rate.denominator, rate.numerator / rate.denominator <= highestFrameRate
        else { throw .frameRate(rate) }
    }

    /// The renditions that the canvas has the pixels for, the highest first.
    ///
    /// A canvas between two renditions gets its own size as the highest, at the bitrate of the rendition above it in
    /// proportion to the pixels, if that is more than the rendition below it has.
    private static func renditions(
        _ renditions: [MultitrackLadder.Rendition], on canvas: Canvas
    ) -> [MultitrackLadder.Rendition] {
        let side = min(canvas.width, canvas.height)
        let sorted = renditions.sorted { ($0.height, $0.bitrate) > ($1.height, $1.bitrate) }
        var fitting = sorted.filter { $0.height <= side }
        if fitting.first?.height != side, var own = sorted.last(where: { $0.height > side }) {
            own.bitrate = max(1, own.bitrate * side * side / (own.height * own.height))
            own.height = side
            if own.bitrate > fitting.first?.bitrate ?? 0 { fitting.insert(own, at: 0) }
        }
        return fitting
    }

    private static func track(
        _ rendition: MultitrackLadder.Rendition, on canvas: Canvas, keyframeInterval: Int
    ) -> SelectedTrack {
        let side = min(canvas.width, canvas.height)
        /// The nearest even number; a canvas with an odd side loses a line.
        func scaled(_ length: Int) -> Int {
            min(max(2, (length * rendition.height + side) / (2 * side) * 2), length & ~1)
        }
        var rate = canvas.frameRate
        if let most = rendition.mostFramesPerSecond, most > 0 {
            rate.denominator *= divisor(of: rate, most: most, keyframeInterval: keyframeInterval)
        }
        return SelectedTrack(
            width: scaled(canvas.width), height: scaled(canvas.height), frameRate: rate, bitrate: rendition.bitrate)
    }

    /// By how much the canvas's rate is divided, so that no more than `most` frames a second remain.
    ///
    /// OBS counts the keyframe interval in whole frames of each track, rounded down. At 60000/1001 that is 119 frames, and
    /// 59 of the half rate: the keyframes would drift apart. The rate is divided so that they meet, down to half of what
    /// was asked for, and otherwise not at all.
    private static func divisor(of rate: FrameRate, most: Int, keyframeInterval: Int) -> Int {
        let least = (rate.numerator + rate.denominator * most - 1) / (rate.denominator * most)
        guard least > 1 else { return 1 }
        let frames = keyframeInterval * rate.numerator / rate.denominator
        let meeting = (least...2 * least).first { divisor in
            let dividedFrames = keyframeInterval * rate.numerator / (rate.denominator * divisor)
            return dividedFrames > 0 && dividedFrames * divisor == frames
        }
        return meeting ?? 1
    }
}

/// What all tracks together must keep to.
private struct Limits {
    var tracks: Int
    var bitrate: Int?
    var pixelsPerSecond: Int?

    /// The tracks that are sent, the highest first; none when no track fits.
    func choice(from candidates: [SelectedTrack]) -> [SelectedTrack] {
        guard let lowest = candidates.indices.last else { return [] }
        var chosen = tracks > 1 && allow([candidates[lowest]]) ? [lowest] : []
        for index in candidates.indices.dropLast() where allow((chosen + [index]).map { candidates[$0] }) {
            chosen.append(index)
        }
        if chosen.count < 2 {
            // A ladder of one rung is the highest that there is room for.
            return candidates.first { allow([$0]) }.map { [$0] } ?? []
        }
        return chosen.sorted().map { candidates[$0] }
    }

    private func allow(_ chosen: [SelectedTrack]) -> Bool {
        chosen.count <= tracks
            && chosen.reduce(0) { $0 + $1.bitrate } <= bitrate ?? .max
            && chosen.reduce(0) { $0 + $1.pixelsPerSecond } <= pixelsPerSecond ?? .max
    }
}
