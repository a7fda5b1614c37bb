public import NIOCore

/// At what time of day a producer had a sample of a track: the `prft` box, which stands before the movie fragment that it
/// speaks of (ISO/IEC 14496-12 §8.16.5).
public struct ProducerReferenceTime: Equatable, Sendable {
    /// The track whose timeline `mediaTime` is on.
    public var trackID: UInt32
    /// The time of day in the form of NTP: seconds since 1900 in the upper half, 2⁻³² s in the lower.
    public var ntpTimestamp: UInt64
    /// The time on the track's timeline, in ticks of its timescale.
    public var mediaTime: UInt64

    /// Makes a reference.
    public init(trackID: UInt32, ntpTimestamp: UInt64, mediaTime: UInt64) {
        self.trackID = trackID
        self.ntpTimestamp = ntpTimestamp
        self.mediaTime = mediaTime
    }

    /// Makes a reference of a time of day in milliseconds since 1970; times before that are 1970.
    public init(trackID: UInt32, millisecondsSince1970 milliseconds: Int64, mediaTime: Int64) {
        let time = UInt64(max(0, milliseconds))
        let seconds = (time / 1000 &+ Self.secondsFrom1900To1970) & 0xFFFF_FFFF
        let fraction = ((time % 1000) << 32) / 1000
        self.init(
            trackID: trackID, ntpTimestamp: seconds << 32 | fraction, mediaTime: UInt64(clamping: mediaTime))
    }

    /// The time of day in milliseconds since 1970, rounded to the nearest; before 2036, when NTP begins anew.
    public var millisecondsSince1970: Int64 {
        let seconds = Int64(ntpTimestamp >> 32) - Int64(Self.secondsFrom1900To1970)
        return seconds * 1000 + Int64(((ntpTimestamp & 0xFFFF_FFFF) * 1000 + (1 << 31)) >> 32)
    }

    private static let secondsFrom1900To1970: UInt64 = 2_208_988_800
    /// The time of day is when the following `moof` box was finished.
    private static let timeOfFragment: UInt32 = 0x02

    /// Writes the box.
    public func write(into bytes: inout ByteBuffer) {
        bytes.writeFullBox("prft", version: 1, flags: Self.timeOfFragment) { prft in
            prft.writeMultipleIntegers(trackID, ntpTimestamp, mediaTime)
        }
    }

    /// Reads the box.
    public init(reading box: Box) throws(ISOBMFFFault) {
        guard box.type == "prft" else { throw .missingBox("prft") }
        var (version, _, fields) = try box.fullBox()
        trackID = try fields.readUInt32()
        ntpTimestamp = try fields.readUInt64()
        switch version {
        case 0: mediaTime = UInt64(try fields.readUInt32())
        case 1: mediaTime = try fields.readUInt64()
        default: throw .unsupportedVersion("prft", version)
        }
    }
}
