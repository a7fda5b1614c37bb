import MediaModel
import NIOCore

/// One track of a transport stream: where its packets go and how its frames are framed.
struct ElementaryStream: Sendable {
    let track: Track
    let streamID: UInt8
    let framing: FrameFraming
    var packets: PacketWriter
    var gathering: SoundGathering
    var parameterSets: ParameterSetRule

    init(_ track: Track, index: Int, indexInKind: Int) throws(MPEGTSFault) {
        self.track = track
        framing = try FrameFraming(track)
        streamID = framing.streamID(indexInKind)
        packets = PacketWriter(.elementaryStream(index))
        gathering = SoundGathering(track.configuration)
        parameterSets = ParameterSetRule(length: track.configuration.record.readableBytes)
    }

    /// The stream's line in the program map.
    var mapEntry: ProgramMap.Stream {
        var stream = ProgramMap.Stream(
            identifier: packets.identifier, type: framing.streamType, language: track.language,
            registration: framing.registration)
        if case .opus(let code) = framing { stream.opusChannelConfiguration = code }
        return stream
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
