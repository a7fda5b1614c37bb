import MediaModel

/// What the sample entry of a picture coding is called, and in which box its record lies.
struct PictureCoding {
    let codec: Codec
    /// The entry whose parameter sets stand in the record, as CMAF and Apple want it.
    let entry: BoxType
    /// The entry whose parameter sets may stand in the samples alone; read, never written.
    let looseEntry: BoxType?
    /// The box of the decoder configuration record.
    let box: BoxType
    /// The version of that box where it is a full box, otherwise `nil`.
    let version: UInt8?

    private init(
        _ codec: Codec, _ entry: BoxType, loose: BoxType? = nil, in box: BoxType, version: UInt8? = nil
    ) {
        self.codec = codec
        self.entry = entry
        looseEntry = loose
        self.box = box
        self.version = version
    }

    /// All that are written and read: those of ISO/IEC 14496-15, of "AV1 Codec ISO Media File Format Binding" and of
    /// "VP Codec ISO Media File Format Binding".
    private static let all = [
        PictureCoding(.h264, "avc1", loose: "avc3", in: "avcC"),
        PictureCoding(.h265, "hvc1", loose: "hev1", in: "hvcC"),
        PictureCoding(.h266, "vvc1", loose: "vvi1", in: "vvcC", version: 0),
        PictureCoding(.av1, "av01", in: "av1C"),
        PictureCoding(.vp9, "vp09", in: "vpcC", version: 1),
        PictureCoding(.vp8, "vp08", in: "vpcC", version: 1),
    ]

    /// The coding's names, or `nil` when there is no sample entry for it.
    static func of(_ codec: Codec) -> PictureCoding? {
        all.first { $0.codec == codec }
    }

    /// The coding of a sample entry of this name, or `nil` when it is none of pictures.
    static func named(_ type: BoxType) -> PictureCoding? {
        all.first { $0.entry == type || $0.looseEntry == type }
    }
}
