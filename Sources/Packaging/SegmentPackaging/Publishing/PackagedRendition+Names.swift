import M3U8
import MediaModel
import NIOCore

/// What files are called: by the time at which they begin, on the output timeline.
///
/// A name never comes again for other bytes, because caches keep them for ever. Times never come again either, as long as
/// packaging goes on. Where the timeline is the packager's own, names have a prefix besides, which is another one with every
/// beginning. Where it is the publisher's, they have none, so that everybody who packages the stream gives the same ones,
/// except for what depends on when he began or ended.
extension PackagedRendition {
    /// The name of the segment that is shown from `time` on: what a manifest's `$Time$` makes of it.
    func segmentName(
        at time: MediaTime, of epoch: Epoch, isCutOff: Bool = false, _ configuration: SegmentPackager.Configuration
    ) -> String {
        file(
            Self.unit(time.timescale) + "\(time.value)", configuration,
            isPrefixed: !epoch.isShared || isCutOff || epoch.isIncomplete(configuration))
    }

    /// The name of a segment that is not there, and that nobody fetches.
    func gapName(_ number: Int, _ configuration: SegmentPackager.Configuration) -> String {
        file("gap-\(number)", configuration)
    }

    /// The name of the part that begins at `start`.
    ///
    /// It tells nothing of the segment: whether the next part still belongs to this one is not known before it comes, but
    /// when it begins is known, so that it can be announced.
    func partName(
        _ start: MediaTime, isShared: Bool, _ configuration: SegmentPackager.Configuration
    ) -> String {
        file("part-" + Self.unit(start.timescale) + "\(start.value)", configuration, isPrefixed: !isShared)
    }

    /// What stands before times of this unit in names: nothing for pictures; for sound its sampling rate, because that may
    /// change, and then the same number of ticks comes again as another time.
    static func unit(_ timescale: Timescale) -> String {
        timescale == .mpeg ? "" : "\(timescale.ticksPerSecond)-"
    }

    /// Puts an initialization section in force; returns its name when it is another than before.
    ///
    /// It is named after the first segment that needs it, a number that never comes again, or after its contents.
    mutating func useInitialization(
        _ bytes: ByteBuffer?, from number: Int, of epoch: Epoch, _ configuration: SegmentPackager.Configuration
    ) -> String? {
        guard let bytes, bytes != initialization?.bytes else { return nil }
        let uri =
            epoch.isShared
            ? "\(name)-\(String(bytes.fingerprint, radix: 16))-init.mp4"
            : "\(configuration.namePrefix)\(name)-\(number)-init.mp4"
        initialization = (MediaInitializationSection(uri: uri), bytes)
        return uri
    }

    private func file(
        _ place: String, _ configuration: SegmentPackager.Configuration, isPrefixed: Bool = true
    ) -> String {
        let prefix = isPrefixed ? configuration.namePrefix : ""
        return "\(prefix)\(name)-\(place).\(configuration.container.segmentExtension)"
    }
}

extension Epoch {
    /// Whether the segment under construction lacks what came before packaging began.
    func isIncomplete(_ configuration: SegmentPackager.Configuration) -> Bool {
        segmentCount == 0 && !TimelinePlace.isBeginningOfSlot(start, target: configuration.target)
    }
}

extension ByteBuffer {
    /// FNV-1a of 64 bits: who wanted to make two initialization sections with the same would fool only the players of his
    /// own stream.
    fileprivate var fingerprint: UInt64 {
        readableBytesView.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
