import MediaModel
import NIOCore

/// One track of a transport stream: where its packets go and how its frames are framed.
struct ElementaryStream: Sendable {
    let track: Track
    let streamID: UInt8
    let framing: FrameFraming
    var packets: PacketWriter
    var gathering: SoundGathering

    init(_ track: Track, index: Int, indexInKind: Int) throws(MPEGTSFault) {
        self.track = track
        // 0xE0 … 0xEF are video, 0xC0 … 0xDF sound (ISO/IEC 13818-1 table 2-22).
        streamID = (track.kind == .video ? 0xE0 : 0xC0) + UInt8(clamping: indexInKind)
        framing = try FrameFraming(track)
        packets = PacketWriter(.elementaryStream(index))
        gathering = SoundGathering(track.configuration.audio)
    }

    /// The stream's line in the program map.
    var mapEntry: ProgramMap.Stream {
        ProgramMap.Stream(identifier: packets.identifier, type: framing.streamType, language: track.language)
    }

    /// Whether the frames of `other` belong here: it is this track, or a version of it that decodes the same.
    func carries(_ other: Track) -> Bool {
        other === track || (other.id == track.id && other.configuration == track.configuration)
    }

    /// Adds a frame of sound to those that share the next PES packet.
    mutating func gather(_ frame: MediaFrame, at time: Int64) {
        gathering.append(frame, at: time, framing)
    }
}
