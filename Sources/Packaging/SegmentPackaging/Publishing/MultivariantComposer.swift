import CodecParsing
import M3U8
import MediaModel

/// Makes the Multivariant Playlist of what an epoch carries.
struct MultivariantComposer {
    /// A rendition that takes part, its tracks, and whether segments begin with its frames.
    struct Part {
        var rendition: PackagedRendition
        var tracks: [Track]
        var isMain: Bool
    }

    var parts: [Part]
    /// Frames per second as measured, in thousandths, for pictures whose configuration does not tell.
    var measuredFrameRate: FrameRate?

    private static let audioGroup = "audio"

    /// The playlist: one variant, and a rendition for each track of sound that has a playlist of its own.
    func playlist() -> MultivariantPlaylist {
        guard let main = parts.first(where: \.isMain) else { return MultivariantPlaylist() }
        let others = parts.filter { !$0.isMain }
        let video = main.tracks.first { $0.kind == .video }
        let format = video?.configuration.video
        var renditions: [Rendition] = []
        var usedNames: Set<String> = []
        // Without pictures the first track of sound is the variant itself, and stands in the group without an address.
        let sounds = video == nil && !others.isEmpty ? [main] + others : others
        for part in sounds {
            guard let track = part.tracks.first else { continue }
            renditions.append(
                Rendition(
                    kind: .audio, groupID: Self.audioGroup, name: name(of: track, &usedNames), language: track.language,
                    isDefault: renditions.isEmpty, isAutoselect: true,
                    channels: track.configuration.audio.map { String($0.channelCount) },
                    uri: part.isMain ? nil : part.rendition.playlistName))
        }
        let sound = others.map(\.rendition.bitRate)
        let variant = VariantStream(
            uri: main.rendition.playlistName,
            // A player fetches the pictures and one of the sounds.
            bandwidth: main.rendition.bitRate.peak + (sound.map(\.peak).max() ?? 0),
            averageBandwidth: main.rendition.bitRate.average + (sound.map(\.average).max() ?? 0),
            codecs: codecs, resolution: format.map { Resolution(width: $0.width, height: $0.height) },
            frameRate: video == nil ? nil : declaredFrameRate(format) ?? measuredFrameRate,
            audioGroup: renditions.isEmpty ? nil : Self.audioGroup, hasNoClosedCaptions: false)
        return MultivariantPlaylist(renditions: renditions, variants: [variant])
    }

    private var codecs: [String] {
        var seen: Set<String> = []
        return parts.flatMap(\.tracks).compactMap(\.configuration.codecString).filter { seen.insert($0).inserted }
    }

    private func name(of track: Track, _ used: inout Set<String>) -> String {
        let name = track.language ?? "Audio"
        if used.insert(name).inserted { return name }
        let numbered = "\(name) \(Int(track.id.number) + 1)"
        used.insert(numbered)
        return numbered
    }

    private func declaredFrameRate(_ format: VideoFormat?) -> FrameRate? {
        guard let rate = format?.frameRate, rate > 0, rate <= 1000 else { return nil }
        return FrameRate(thousandths: Int((rate * 1000).rounded()))
    }
}
