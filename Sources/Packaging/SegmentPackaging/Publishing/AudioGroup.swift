import M3U8
import MediaModel

/// The sounds of one coding, of which a player takes one (RFC 8216bis §4.4.6.1.1).
struct AudioGroup {
    /// The GROUP-ID: `audio` for the first coding, `audio-opus` and the like for others.
    let id: String
    /// At least one, in the order of their tracks.
    private(set) var parts: [MultivariantComposer.Part]

    /// The groups of renditions without pictures, in the order of their first tracks.
    static func groups(of parts: [MultivariantComposer.Part]) -> [AudioGroup] {
        var groups: [AudioGroup] = []
        var indexes: [Codec: Int] = [:]
        for part in parts {
            guard let codec = part.tracks.first?.codec else { continue }
            if let index = indexes[codec] {
                groups[index].parts.append(part)
            } else {
                indexes[codec] = groups.count
                groups.append(AudioGroup(id: groups.isEmpty ? "audio" : "audio-\(codec.rawValue)", parts: [part]))
            }
        }
        return groups
    }

    /// The bit rate that a line must carry for any of the sounds, in bits per second.
    var required: Int { parts.map(\.rendition.bitRate.required).max() ?? 0 }
    /// The highest average of any of the sounds, in bits per second.
    var average: Int { parts.map(\.rendition.bitRate.average).max() ?? 0 }
    var codecs: [String] { parts.flatMap(\.codecs) }

    /// What the playlist says about each sound; the first plays unless the viewer wants another.
    func renditions(firstIsVariant: Bool) -> [Rendition] {
        var names: Set<String> = []
        return parts.indices.compactMap { index in
            guard let track = parts[index].tracks.first else { return nil }
            return Rendition(
                kind: .audio, groupID: id, name: name(of: track, &names), language: track.language,
                isDefault: index == 0, isAutoselect: true,
                channels: track.configuration.audio.map { String($0.channelCount) },
                uri: index == 0 && firstIsVariant ? nil : parts[index].rendition.playlistName)
        }
    }

    /// What the publisher calls the track, its language, or a number: unlike any other in the group.
    private func name(of track: Track, _ used: inout Set<String>) -> String {
        // As the playlist will have it, where two that differ may become the same.
        let said = [track.name, track.language].compactMap(\.self).map(QuotedString.holdable)
        let spoken = said.first { !$0.isEmpty } ?? "Audio"
        var name = spoken
        var number = Int(track.id.number) + 1
        while !used.insert(name).inserted {
            name = "\(spoken) \(number)"
            number += 1
        }
        return name
    }
}
