public import MediaModel

/// Why a receiver of FLV tags is not given a track.
public enum FLVOmission: Hashable, Sendable {
    /// The receiver takes the default track of each kind alone.
    case notDefaultTrack
    /// The receiver does not take the coding.
    case codecNotTaken
    /// There is no tag for the coding, or none for it beside the default track.
    case codecHasNoTag
}

extension OmittedTrack<FLVOmission>: CustomStringConvertible {
    /// Such as `video 0 (h265), a coding that the receiver did not announce`.
    public var description: String {
        let why =
            switch reason {
            case .notDefaultTrack: "not the default track, and the receiver did not announce multitrack"
            case .codecNotTaken: "a coding that the receiver did not announce"
            case .codecHasNoTag: "a coding that has no tag there"
            }
        return "\(id.kind.rawValue) \(id.number) (\(codec.rawValue)), \(why)"
    }
}

/// In what tags a receiver gets a track.
enum TrackCarriage: Hashable, Sendable {
    case legacyVideo(FLVVideoCodecID)
    case legacyAudio(FLVSoundFormat)
    case extended(FourCC)
    case none(FLVOmission)

    /// The codec's number in `onMetaData`, if the track is given.
    var codecNumber: UInt32? {
        switch self {
        case .legacyVideo(let id): UInt32(id.rawValue)
        case .legacyAudio(let format): UInt32(format.rawValue)
        case .extended(let fourCC): fourCC.rawValue
        case .none: nil
        }
    }
}

extension ReceiverCapabilities {
    /// The default track goes out with an official codec id where it has one, as FFmpeg and OBS have it; what has none,
    /// and every other track, in the extended form.
    func carriage(of track: Track) -> TrackCarriage {
        let isDefault = track.id.number == 0
        guard isDefault || takesMultitrack else { return .none(.notDefaultTrack) }
        let fourCC = FourCC(track.codec)
        let takesExtended = fourCC.map { codecs.contains($0) } ?? false
        // Nanoseconds have no place in an old header, and who takes them takes the new ones for everything.
        if isDefault, !(takesNanoseconds && takesExtended), let legacy = legacyCarriage(of: track.codec) {
            return legacy
        }
        if let fourCC, takesExtended { return .extended(fourCC) }
        let isHopeless = fourCC == nil && (!isDefault || informalCarriage(of: track.codec) == nil)
        return .none(isHopeless ? .codecHasNoTag : .codecNotTaken)
    }

    private func legacyCarriage(of codec: Codec) -> TrackCarriage? {
        switch informalCarriage(of: codec) {
        case .legacyVideo(let id) where id.isOfficial || takesInformalIDs: .legacyVideo(id)
        case .legacyAudio(let format) where format.isOfficial || takesInformalIDs: .legacyAudio(format)
        default: nil
        }
    }

    private func informalCarriage(of codec: Codec) -> TrackCarriage? {
        switch codec.kind {
        case .video: FLVVideoCodecID(codec).map(TrackCarriage.legacyVideo)
        case .audio: FLVSoundFormat(codec).map(TrackCarriage.legacyAudio)
        }
    }
}
