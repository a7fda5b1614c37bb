import MediaModel

/// `acmod`, 0 … 7: which loudspeakers a frame of AC-3 or E-AC-3 is for (ETSI TS 102 366 §4.4.2.3).
public struct AC3AudioCodingMode: RawRepresentable, Hashable, Sendable {
    /// The number: 0 is two independent channels, 1 mono, 2 stereo, … 7 three in front and two behind.
    public let rawValue: UInt8

    /// Makes a mode of the low three bits of `rawValue`.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0b111
    }

    /// Channels without the one of low frequencies.
    public var channelCount: Int { [2, 1, 2, 3, 3, 4, 4, 5][Int(rawValue & 0b111)] }

    /// The loudspeakers of three channels and more, those behind being at the sides; `nil` for fewer, which need no words.
    func channelLayout(hasLowFrequencies: Bool) -> ChannelLayout? {
        guard rawValue > 2 else { return nil }
        let mask: UInt32 = [0, 0, 0, 0x007, 0x103, 0x107, 0x603, 0x607][Int(rawValue & 0b111)]
        return .native(mask: mask | (hasLowFrequencies ? 0b1000 : 0))
    }

    /// Whether there is a loudspeaker in the middle of three in front.
    var hasCentre: Bool { rawValue & 1 == 1 && rawValue != 1 }
    /// Whether there are loudspeakers behind.
    var hasSurround: Bool { rawValue & 0b100 != 0 }

    /// The bits of `cmixlev`, `surmixlev` and `dsurmod` in an AC-3 frame.
    var mixLevelBits: Int { (hasCentre ? 2 : 0) + (hasSurround ? 2 : 0) + (rawValue == 2 ? 2 : 0) }
}

/// The sampling frequencies of AC-3 and E-AC-3, by `fscod`.
enum AC3SampleRate {
    static let full = [48_000, 44_100, 32_000]
}
