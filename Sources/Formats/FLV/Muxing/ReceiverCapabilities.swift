/// What somebody who receives tags can make of them.
///
/// Receivers that can the same share one writing of the stream: ``name`` tells which.
public struct ReceiverCapabilities: Hashable, Sendable {
    /// Codings that a receiver takes in the extended form.
    public struct Codecs: OptionSet, Hashable, Sendable {
        /// One bit for each of ``FourCC/known``, in that order.
        public let rawValue: UInt16

        /// Makes a set of bits; those that stand for nothing are dropped.
        public init(rawValue: UInt16) {
            self.rawValue = rawValue & (1 << UInt16(FourCC.known.count) - 1)
        }

        /// Makes a set of codes; those that the specification does not know are dropped.
        public init(_ codes: some Sequence<FourCC>) {
            self = codes.reduce(into: []) { set, fourCC in
                if let index = FourCC.known.firstIndex(of: fourCC) { set.formUnion(Self(rawValue: 1 << UInt16(index))) }
            }
        }

        /// Every coding that has a FourCC.
        public static let any = Self(rawValue: .max)

        /// Whether `fourCC` is among them.
        public func contains(_ fourCC: FourCC) -> Bool {
            guard let index = FourCC.known.firstIndex(of: fourCC) else { return false }
            return rawValue & 1 << UInt16(index) != 0
        }
    }

    /// What the receiver takes in the extended form; with official codec ids it takes everything anyway.
    public let codecs: Codecs
    /// Whether it knows the codec ids that are by no standard: H.265, AV1, VP8 and VP9 laid out as AVC is, and Opus.
    public let takesInformalIDs: Bool
    /// Whether it takes several tracks of a kind.
    public let takesMultitrack: Bool
    /// Whether it takes presentation times with nanoseconds, in ModEx.
    public let takesNanoseconds: Bool
    /// Whether it takes metadata among the video: colours and light.
    public let takesVideoMetadata: Bool

    private init(
        codecs: Codecs = [], informalIDs: Bool = false, multitrack: Bool = false, nanoseconds: Bool = false,
        videoMetadata: Bool = false
    ) {
        self.codecs = codecs
        takesInformalIDs = informalIDs
        takesMultitrack = multitrack
        takesNanoseconds = nanoseconds
        takesVideoMetadata = videoMetadata
    }

    /// A receiver of the default tracks, and of official codec ids alone: one that announces nothing.
    ///
    /// H.263 and MPEG-4 part 2 count as official: they are FFmpeg's, and all of its players know them.
    public static let legacy = Self()

    /// A receiver of the default tracks that also knows the codec ids of the time before Enhanced RTMP.
    public static let informal = Self(informalIDs: true)

    /// A receiver that announced Enhanced RTMP; one that takes no coding in the extended form is ``legacy``.
    public static func enhanced(
        codecs: Codecs = .any, multitrack: Bool = false, nanoseconds: Bool = false, videoMetadata: Bool = false
    ) -> Self {
        guard !codecs.isEmpty else { return .legacy }
        return Self(
            codecs: codecs, multitrack: multitrack, nanoseconds: nanoseconds, videoMetadata: videoMetadata)
    }

    /// A short text that is equal for equal capabilities alone, such as `legacy` and `enhanced-fff-mnv`: the codings in
    /// hexadecimal, then what is taken beyond them.
    ///
    /// There are ``mostNames`` of them, whatever receivers announce.
    public var name: String {
        if takesInformalIDs { return "informal" }
        if codecs.isEmpty { return "legacy" }
        let extras = (takesMultitrack ? "m" : "") + (takesNanoseconds ? "n" : "") + (takesVideoMetadata ? "v" : "")
        let suffix = extras.isEmpty ? "" : "-\(extras)"
        return "enhanced-\(String(codecs.rawValue, radix: 16))\(suffix)"
    }

    /// How many different names there are: a bound of principle; receivers in use have five or so.
    public static let mostNames = 2 + (1 << FourCC.known.count - 1) * 8
}
