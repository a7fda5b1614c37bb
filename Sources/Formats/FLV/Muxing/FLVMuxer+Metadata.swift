import AMF
public import MediaModel
import NIOCore

/// `onMetaData` as the receiver's tags will be (Enhanced RTMP v2, "Enhancing onMetaData").
extension FLVMuxer {
    /// The longest metadata that are rewritten, in bytes, before and after.
    ///
    /// 64 KiB: those of a live stream have some hundred. Longer ones, such as a recording's list of key frames, go out as
    /// they are, since they would be taken apart for every group of pictures.
    public static let longestRewrittenMetadata = 64 << 10

    /// The tag of metadata or of another data message, with metadata that fit what the receiver is given of `tracks`.
    ///
    /// Codec ids become the numbers that the tags have; those of tracks that are left out, and what is said of further
    /// tracks that the receiver is not given, go. Everything else stays.
    public func parts(for message: DataMessage, tracks: [Track]) -> FLVTagParts {
        var parts = parts(for: message)
        guard message.name == "onMetaData", message.payload.readableBytes <= Self.longestRewrittenMetadata,
            // What cannot be read is not rewritten.
            var values = try? AMF0Decoder.decodeAll(message.payload), values.count > 1
        else { return parts }
        let before = values[1]
        switch before {
        case .object(let properties): values[1] = .object(rewritten(properties, tracks: tracks))
        case .ecmaArray(let properties): values[1] = .ecmaArray(rewritten(properties, tracks: tracks))
        default: return parts
        }
        guard values[1] != before else { return parts }
        var payload = ByteBuffer()
        payload.writeAMF0(values)
        // What was a reference is written out: a few bytes for each can become many.
        guard payload.readableBytes <= Self.longestRewrittenMetadata else { return parts }
        parts.payload = payload
        return parts
    }

    private func rewritten(_ properties: [AMFProperty], tracks: [Track]) -> [AMFProperty] {
        properties.compactMap { property in
            switch property.name {
            case "videocodecid": codecID(property, of: Track.ID(.video), tracks)
            case "audiocodecid": codecID(property, of: Track.ID(.audio), tracks)
            case "videoTrackIdInfoMap": trackMap(property, of: .video, codecID: "videocodecid", tracks)
            case "audioTrackIdInfoMap": trackMap(property, of: .audio, codecID: "audiocodecid", tracks)
            default: property
            }
        }
    }

    private func codecID(_ property: AMFProperty, of id: Track.ID, _ tracks: [Track]) -> AMFProperty? {
        guard let track = tracks.first(where: { $0.id == id }) else { return property }
        return capabilities.carriage(of: track).codecNumber.map { AMFProperty(property.name, .number(Double($0))) }
    }

    private func trackMap(
        _ property: AMFProperty, of kind: MediaKind, codecID: String, _ tracks: [Track]
    ) -> AMFProperty? {
        guard capabilities.takesMultitrack, let entries = property.value.properties else { return nil }
        let kept = entries.compactMap { entry -> AMFProperty? in
            guard let number = UInt8(entry.name),
                let track = tracks.first(where: { $0.id == Track.ID(kind, number) }),
                let descriptions = entry.value.properties
            else { return entry }
            guard let code = capabilities.carriage(of: track).codecNumber else { return nil }
            return AMFProperty(
                entry.name,
                .object(
                    descriptions.map {
                        $0.name == codecID ? AMFProperty($0.name, .number(Double(code))) : $0
                    }))
        }
        return kept.isEmpty ? nil : AMFProperty(property.name, .object(kept))
    }
}
