import MediaModel

/// The usual short names of loudspeakers, in the order of the channels.
enum Loudspeakers {
    /// By the numbers of Enhanced RTMP v2, "AudioChannel"; the lower eighteen are those of WAVE files.
    private static let names = [
        "FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR", "TC", "TFL", "TFC", "TFR", "TBL", "TBC",
        "TBR", "LFE2", "TSL", "TSR", "BFC", "BFL", "BFR",
    ]

    /// What a number of channels means where nobody said more: the layouts that FFmpeg and browsers assume.
    private static let customary: [Int: [String]] = [
        1: ["FC"], 2: ["FL", "FR"], 3: ["FL", "FR", "FC"], 4: ["FL", "FR", "FC", "BC"],
        5: ["FL", "FR", "FC", "BL", "BR"], 6: ["FL", "FR", "FC", "LFE", "BL", "BR"],
        8: ["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"],
    ]

    /// The names for a sound; empty where nothing is known.
    static func names(of format: AudioFormat) -> [String] {
        switch format.channelLayout {
        case .native(let mask): names.indices.filter { mask & (1 << UInt32($0)) != 0 }.map { names[$0] }
        case .custom(let numbers):
            numbers.map { number in
                names.indices.contains(Int(number)) ? names[Int(number)] : number == 254 ? "none" : "unknown"
            }
        case nil: customary[format.channelCount] ?? []
        }
    }
}
