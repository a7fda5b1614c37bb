import CodecParsing
import M3U8
import MediaModel

/// Makes the Multivariant Playlist of what an epoch carries.
///
/// Each rendition with pictures is a variant, the pilot's first. Renditions of sound alone are gathered into groups, one
/// for each coding, and each variant stands once for each group: CODECS names everything that a player may come upon, and
/// a player passes over a variant of which it cannot play all. Without pictures the first sound of a group is the variant.
struct MultivariantComposer {
    /// A rendition that takes part, and its tracks.
    struct Part {
        var rendition: PackagedRendition
        var tracks: [Track]

        var video: Track? { tracks.first { $0.kind == .video } }
        var codecs: [String] { tracks.compactMap(\.configuration.codecString) }
    }

    /// In the order of their tracks, those of pictures before those of sound.
    var parts: [Part]

    /// The playlist.
    func playlist() -> MultivariantPlaylist {
        let pictures = parts.filter { $0.video != nil }
        let groups = AudioGroup.groups(of: parts.filter { $0.video == nil })
        var playlist = MultivariantPlaylist()
        for group in groups {
            // Where the first sound is the variant itself, it stands in the group without an address.
            let isVariant = pictures.isEmpty
            if !isVariant || group.parts.count > 1 {
                playlist.renditions += group.renditions(firstIsVariant: isVariant)
            }
        }
        for group in groups {
            if let first = group.parts.first, pictures.isEmpty {
                playlist.variants.append(variant(of: first, in: group))
            }
            for part in pictures { playlist.variants.append(variant(of: part, with: group)) }
        }
        if groups.isEmpty { for part in pictures { playlist.variants.append(variant(of: part, with: nil)) } }
        return playlist
    }

    /// Pictures, and one of the sounds of a group at a time.
    private func variant(of part: Part, with group: AudioGroup?) -> VariantStream {
        let rate = part.rendition.bitRate
        let format = part.video?.configuration.video
        return VariantStream(
            uri: part.rendition.playlistName, bandwidth: rate.required + (group?.required ?? 0),
            averageBandwidth: rate.average + (group?.average ?? 0),
            codecs: Self.distinct(part.codecs + (group?.codecs ?? [])),
            resolution: format.map { Resolution(width: $0.width, height: $0.height) },
            frameRate: declaredFrameRate(format) ?? part.rendition.frameRate,
            videoRange: format?.color.flatMap { VideoRange(rawValue: $0.dynamicRange.rawValue) },
            audioGroup: group?.id, hasNoClosedCaptions: false)
    }

    /// One of the sounds of a group at a time, and no pictures.
    private func variant(of part: Part, in group: AudioGroup) -> VariantStream {
        VariantStream(
            uri: part.rendition.playlistName, bandwidth: group.required, averageBandwidth: group.average,
            codecs: Self.distinct(group.codecs), audioGroup: group.parts.count > 1 ? group.id : nil)
    }

    private static func distinct(_ codecs: [String]) -> [String] {
        var seen: Set<String> = []
        return codecs.filter { seen.insert($0).inserted }
    }

    private func declaredFrameRate(_ format: VideoFormat?) -> FrameRate? {
        guard let rate = format?.frameRate, rate > 0, rate <= 1000 else { return nil }
        return FrameRate(thousandths: Int((rate * 1000).rounded()))
    }
}
