import AMF
public import MediaModel
import NIOCore

/// What `onMetaData` says of the tracks of a stream (Enhanced RTMP v2, "Enhancing onMetaData").
///
/// Of the default tracks its own properties tell, of the others `videoTrackIdInfoMap` and `audioTrackIdInfoMap`, where
/// what an entry leaves out is as for the default track.
public struct StreamDescription: Hashable, Sendable {
    private var tracks: [Track.ID: TrackDescription] = [:]

    /// Makes a description that says nothing.
    public init() {}

    /// Reads metadata; a message that cannot be read says nothing.
    public init(_ message: DataMessage) {
        guard let values = try? AMF0Decoder.decodeAll(message.payload),
            let metadata = values.dropFirst().first(where: { $0.properties != nil })
        else { return }
        for kind in MediaKind.allCases {
            let common = TrackDescription(metadata, of: kind)
            let entries = metadata["\(kind.rawValue)TrackIdInfoMap"]?.properties ?? []
            for entry in entries {
                guard let number = UInt8(entry.name) else { continue }
                tracks[Track.ID(kind, number)] = TrackDescription(entry.value, of: kind).completed(by: common)
            }
            let id = Track.ID(kind)
            // Some describe the default track among the others too, its name above all.
            if tracks[id] == nil, common != TrackDescription() { tracks[id] = common.withoutNames }
        }
    }

    /// What is said of a track; `nil` when it is nothing.
    public subscript(id: Track.ID) -> TrackDescription? {
        tracks[id]
    }
}

extension TrackDescription {
    /// The description without name and language, which at the top are those of the whole stream.
    fileprivate var withoutNames: TrackDescription {
        var result = self
        result.name = nil
        result.language = nil
        return result
    }

    fileprivate init(_ object: AMF0Value, of kind: MediaKind) {
        self.init()
        func number(_ names: String...) -> Double? {
            for name in names {
                if let value = object[name], let number = value.number ?? value.string.flatMap(Double.init) {
                    return number.isFinite ? number : nil
                }
            }
            return nil
        }
        func whole(_ names: String..., in range: ClosedRange<Int>) -> Int? {
            for name in names {
                if let number = number(name), let whole = Int(exactly: number.rounded()), range.contains(whole) {
                    return whole
                }
            }
            return nil
        }
        func positive(_ names: String..., upTo greatest: Double) -> Double? {
            for name in names {
                if let number = number(name), number > 0, number <= greatest { return number }
            }
            return nil
        }
        switch kind {
        case .video:
            codec = object["videocodecid"].flatMap { Codec(metadata: $0, of: .video) }
            width = whole("width", in: 1...65_535)
            height = whole("height", in: 1...65_535)
            frameRate = positive("framerate", "videoframerate", upTo: 1000)
            dataRate = positive("videodatarate", upTo: 10_000_000)
        case .audio:
            codec = object["audiocodecid"].flatMap { Codec(metadata: $0, of: .audio) }
            sampleRate = whole("audiosamplerate", "samplerate", in: 1...1_048_575)
            channelCount = whole("audiochannels", "channels", in: 1...255)
            dataRate = positive("audiodatarate", upTo: 10_000_000)
        }
        language = (object["language"]?.string ?? object["lang"]?.string).flatMap(Self.language)
        let title = object["name"]?.string ?? object["title"]?.string ?? object["label"]?.string
        name = title.flatMap { $0.isEmpty ? nil : Self.name($0) }
    }

    /// As many whole characters of a title as have 255 bytes.
    private static func name(_ title: String) -> String? {
        var length = 0
        let end = title.indices.first { place in
            length += title[place].utf8.count
            return length > Track.longestName
        }
        let name = title[..<(end ?? title.endIndex)]
        return name.isEmpty ? nil : String(name)
    }

    /// A language as BCP 47 may write it; `nil` for anything else, and for the word that says nothing.
    private static func language(_ text: String) -> String? {
        guard (2...35).contains(text.utf8.count), text != "und",
            text.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            })
        else { return nil }
        return text
    }
}
