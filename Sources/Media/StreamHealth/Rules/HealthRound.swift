import MediaModel

/// One look at a stream's figures: everything that looks wrong in it, whether or not it has for long.
struct HealthRound {
    /// Something that looks wrong now.
    struct Suspicion {
        var rule: HealthRule
        var track: Track.ID?
        var text: String
    }

    let figures: StreamFigures
    let thresholds: HealthThresholds
    /// Breaks of the timeline since the last look.
    let jumps: Int
    /// Repairs of each track's times since the last look.
    let repairs: [Track.ID: Int]
    let line: LineFigures?
    /// The part of the segments since the last look that came out of order.
    let outOfOrder: Double?
    let raised: Set<HealthJudge.Key>

    var suspicions: [Suspicion] {
        var found: [Suspicion] = []
        func suspect(_ rule: HealthRule, of track: Track.ID? = nil, _ text: String?) {
            if let text { found.append(Suspicion(rule: rule, track: track, text: text)) }
        }
        suspect(.publisherSilent, silence)
        suspect(.timestampsJump, jumps > 0 ? "the timestamps jumped: players may have shown a break" : nil)
        // Of one who sends nothing, all else is known.
        if silence != nil { return found }
        suspect(.encoderStalls, stalls)
        suspect(.lineLossy, lossy)
        if let slow {
            suspect(isLineToBlame ? .lineSaturated : .encoderSlow, slow)
        }
        suspect(.outOfSync, apart)
        suspect(.bitrateHigh, bitrateHigh)
        suspect(.soundMissing, soundMissing)
        for track in figures.tracks {
            let id = track.track.id
            suspect(id.kind == .video ? .picturesStopped : .soundStopped, of: id, stopped(track))
            if let count = repairs[id], count >= thresholds.repairs {
                suspect(
                    .timestampsGoBack, of: id, "the timestamps of \(name(id)) went back, \(count) times in a second")
            }
            if id.kind == .video {
                suspect(.keyframesRare, of: id, keyframesRare(track))
                suspect(.keyframesUneven, of: id, keyframesUneven(track))
                suspect(.framesDropped, of: id, framesDropped(track))
                suspect(.bitrateLow, of: id, bitrateLow(track))
                if thresholds.forbidsReorderedFrames, track.hasReorderedFrames {
                    suspect(.reorderedFrames, of: id, "\(name(id)) has B-frames: WebRTC viewers will see it stutter")
                }
            } else {
                suspect(.soundIncomplete, of: id, soundIncomplete(track))
            }
        }
        return found
    }

    private func isRaised(_ rule: HealthRule, _ track: Track.ID? = nil) -> Bool {
        raised.contains(HealthJudge.Key(rule: rule, track: track))
    }

    // MARK: The whole stream

    private var silence: String? {
        guard let silence = figures.silence,
            thresholds.silence.isExceeded(by: Double(silence), isRaised: isRaised(.publisherSilent))
        else { return nil }
        return "nothing came for \(seconds(silence)): every viewer sees the picture stand still"
    }

    private var stalls: String? {
        // A pause that still lasts is a silence, sooner or later.
        guard let gap = figures.longestGap, gap > figures.silence ?? 0,
            thresholds.stall.isExceeded(by: Double(gap), isRaised: isRaised(.encoderStalls))
        else { return nil }
        return "nothing came for \(seconds(gap)) at a time: players without a buffer stall"
    }

    private var slow: String? {
        guard let speed = figures.speed,
            thresholds.speed.isMissed(
                by: speed, isRaised: isRaised(.encoderSlow) || isRaised(.lineSaturated))
        else { return nil }
        let media = decimal(max(0, speed) * 10, places: 1)
        return "\(media) s of media came in 10 s: players run dry"
    }

    /// A line that loses, or on which everything waits, is the reason; otherwise the encoder is.
    private var isLineToBlame: Bool {
        if isRaised(.lineSaturated) { return true }
        if isRaised(.encoderSlow) { return false }
        return (outOfOrder ?? 0) > thresholds.outOfOrder.clear || (line?.roundTrip ?? 0) > thresholds.slowRoundTrip
    }

    private var lossy: String? {
        guard let outOfOrder, thresholds.outOfOrder.isExceeded(by: outOfOrder, isRaised: isRaised(.lineLossy))
        else { return nil }
        return "the publisher's line loses data: \(decimal(outOfOrder * 100, places: 1)) % came out of order"
    }

    private var apart: String? {
        guard let skew = figures.skew, figures.tracks.allSatisfy({ stopped($0) == nil }),
            thresholds.skew.isExceeded(by: Double(abs(skew)), isRaised: isRaised(.outOfSync))
        else { return nil }
        return skew > 0
            ? "sound comes \(seconds(skew)) later than the pictures it belongs to"
            : "pictures come \(seconds(-skew)) later than the sound they belong to"
    }

    private var soundMissing: String? {
        guard figures.tracks.contains(where: { $0.track.kind == .video && $0.frames > 0 }),
            !figures.tracks.contains(where: { $0.track.kind == .audio && $0.frames > 0 })
        else { return nil }
        return figures.tracks.contains { $0.track.kind == .audio }
            ? "sound was announced and none came" : "there is no sound"
    }

    private var bitrateHigh: String? {
        let most = figures.tracks.filter { $0.track.kind == .video }.compactMap(\.bitsPerSecond).max() ?? 0
        guard thresholds.bitrate.isExceeded(by: Double(most), isRaised: isRaised(.bitrateHigh)) else { return nil }
        return "the pictures take \(megabits(most)): more than many viewers' lines carry"
    }

    // MARK: One track

    private func stopped(_ track: TrackFigures) -> String? {
        let id = track.track.id
        guard let silence = track.silence,
            thresholds.trackSilence.isExceeded(
                by: Double(silence), isRaised: isRaised(id.kind == .video ? .picturesStopped : .soundStopped, id))
        else { return nil }
        return "no frame of \(name(id)) came for \(seconds(silence)) while the rest goes on"
    }

    private func keyframesRare(_ track: TrackFigures) -> String? {
        guard let keyframes = track.keyframes else { return nil }
        // One that has not come for so long counts before it comes.
        let distance = max(keyframes.latest ?? 0, keyframes.sinceLast)
        guard thresholds.keyframes.isExceeded(by: Double(distance), isRaised: isRaised(.keyframesRare, track.track.id))
        else { return nil }
        return "keyframe every \(seconds(distance)): HLS viewers will wait, and everybody starts late"
    }

    private func keyframesUneven(_ track: TrackFigures) -> String? {
        guard let shortest = track.keyframes?.shortest, let longest = track.keyframes?.longest, shortest > 0,
            // Below a second nobody notices.
            longest - shortest > 1_000,
            thresholds.keyframeVariation.isExceeded(
                by: Double(longest) / Double(shortest), isRaised: isRaised(.keyframesUneven, track.track.id))
        else { return nil }
        return "keyframes come every \(seconds(shortest)) to \(seconds(longest)): HLS segments get uneven"
    }

    private func framesDropped(_ track: TrackFigures) -> String? {
        guard let declared = track.track.configuration.video?.frameRate, declared > 0, declared <= 300,
            let measured = track.frameRate,
            thresholds.frameRate.isMissed(
                by: measured / declared, isRaised: isRaised(.framesDropped, track.track.id))
        else { return nil }
        return
            "\(decimal(measured, places: 1)) of the announced \(decimal(declared, places: 2)) pictures a second come: the encoder drops some"
    }

    private func bitrateLow(_ track: TrackFigures) -> String? {
        guard let format = track.track.configuration.video, let rate = track.frameRate, rate > 0,
            let bits = track.bitsPerSecond, bits > 0, format.width > 0, format.height > 0
        else { return nil }
        let pixels = Double(format.width) * Double(format.height) * rate
        let need: Double = track.track.codec == .h264 ? 1 : 0.5
        guard
            thresholds.bitsPerPixel.isMissed(
                by: Double(bits) / pixels / need, isRaised: isRaised(.bitrateLow, track.track.id))
        else { return nil }
        return
            "\(megabits(bits)) are few for \(format.width)x\(format.height): the pictures will look coarse when much moves"
    }

    private func soundIncomplete(_ track: TrackFigures) -> String? {
        guard let format = track.track.configuration.audio, let samples = format.samplesPerFrame, samples > 0,
            format.sampleRate > 0, let measured = track.frameRate, measured > 0, stopped(track) == nil
        else { return nil }
        let nominal = Double(format.sampleRate) / Double(samples)
        let off = (measured - nominal) / nominal
        // The publisher's speed is another matter.
        let excused = figures.speed.map { abs($0 - 1) } ?? 0
        // One frame more or less in the window says nothing.
        let grain = 1.5 / (nominal * Double(RateWindow.seconds))
        guard
            thresholds.soundRate.isExceeded(
                by: abs(off) - excused - grain, isRaised: isRaised(.soundIncomplete, track.track.id))
        else { return nil }
        let part = decimal(abs(off) * 100, places: 1)
        return off < 0
            ? "\(part) % of the sound of \(name(track.track.id)) is missing: it has holes"
            : "\(part) % more sound comes for \(name(track.track.id)) than its sample rate says"
    }
}

// MARK: Words

private func name(_ id: Track.ID) -> String { "\(id.kind.rawValue) \(id.number)" }

private func seconds(_ milliseconds: Int64) -> String { decimal(Double(milliseconds) / 1_000, places: 1) + " s" }

private func megabits(_ bits: Int) -> String {
    bits < 1_000_000 ? "\((bits + 500) / 1_000) kb/s" : decimal(Double(bits) / 1_000_000, places: 1) + " Mb/s"
}

/// A number with at most so many places, and none that say nothing.
private func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "many" }
    let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
    let scaled = Int64((value * factor).rounded())
    let whole = scaled / Int64(factor)
    var fraction = String(abs(scaled % Int64(factor)))
    fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = scaled < 0 && whole == 0 ? "-" : ""
    return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
}
