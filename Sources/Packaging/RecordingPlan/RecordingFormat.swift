import FLV
public import MediaModel
import SegmentPackaging

/// What recordings are written in.
public enum RecordingFormat: String, Hashable, Sendable, CaseIterable {
    /// Fragmented MP4 (CMAF): whole up to the last fragment whenever it is cut off.
    case fragmentedMP4 = "fmp4"
    /// FLV as Enhanced RTMP v2 extends it: whole up to the last tag.
    case flv

    /// How the names of files end.
    public var fileExtension: String {
        switch self {
        case .fragmentedMP4: "mp4"
        case .flv: "flv"
        }
    }

    /// For `Content-Type`.
    public var mediaType: String {
        switch self {
        case .fragmentedMP4: "video/mp4"
        case .flv: "video/x-flv"
        }
    }

    /// What readers of recordings in FLV must know: codings by their FourCC, and several tracks of a kind.
    static let tags = FLVMuxer(capabilities: .enhanced(multitrack: true))

    /// Why files of this format leave a track out; `nil` for one that they carry.
    public func reason(against track: Track) -> RecordingOmission? {
        switch self {
        case .fragmentedMP4:
            switch GroupedMP4Muxer.reason(against: track) {
            case nil: nil
            case .recordUnusable: .configurationUnusable
            case .formatUnusable: .formatUnknown
            default: .codecWithoutPlace
            }
        case .flv: Self.tags.omitted([track]).isEmpty ? nil : .codecWithoutPlace
        }
    }
}

/// Why a recording leaves a track out.
public enum RecordingOmission: Hashable, Sendable, CaseIterable {
    /// The format has no place for the coding.
    case codecWithoutPlace
    /// The decoder configuration is missing, cannot be read, or says what the format cannot express.
    case configurationUnusable
    /// The size of the pictures, or rate and channels of the sound, are not known.
    case formatUnknown
}
