/// What a tag carries (FLV 10.1 §E.4.1); the same numbers as the RTMP message types.
public enum FLVTagType: UInt8, Hashable, Sendable {
    /// An ``AudioTagHeader`` and sound.
    case audio = 8
    /// A ``VideoTagHeader`` and pictures.
    case video = 9
    /// AMF0 values, a name first.
    case scriptData = 18
}
