import CodecParsing
import MediaModel

/// What a demuxer remembers of one track, which may have been mentioned before it is configured.
struct DemuxedTrack: Sendable {
    let id: Track.ID
    /// The version that was told last.
    private(set) var track: Track?
    /// What record, first frame or tag headers tell.
    var described: CodecConfiguration?
    /// The length of the lengths in its frames.
    var nalUnitLength = NALUnitLength.fourBytes
    /// The first byte of the tag that the track was made from, for sound without a configuration.
    var soundFlags: AudioTagHeader?
    /// Whether the next frame is to tell the configuration: a sequence start told nothing.
    var awaitsDescribingFrame = false
    /// What metadata say of its colours, and of which coding.
    var colorInfo: (fourCC: FourCC, info: ColorInfo)?
    /// Which loudspeaker each channel is for, and of which coding.
    var channels: (fourCC: FourCC, config: MultichannelConfig)?
    var name: String?
    var language: String?

    init(id: Track.ID) {
        self.id = id
    }

    /// Makes a version of the track of all that is known; `true` when it differs from the last.
    mutating func renew() -> Bool {
        guard let configuration else { return false }
        if let track, track.configuration == configuration, track.name == name, track.language == language {
            return false
        }
        track = Track(id: id, timescale: .milliseconds, configuration: configuration, language: language, name: name)
        return true
    }

    /// What the record tells, and over it what else was said of the same coding.
    private var configuration: CodecConfiguration? {
        guard let described else { return nil }
        if let colorInfo, colorInfo.fourCC.codec == described.codec, var format = described.video {
            colorInfo.info.apply(to: &format)
            return CodecConfiguration(video: described.codec, record: described.record, format: format)
        }
        if let channels, let layout = channels.config.layout, channels.fourCC.codec == described.codec,
            var format = described.audio
        {
            format.channelLayout = layout
            return CodecConfiguration(audio: described.codec, record: described.record, format: format)
        }
        return described
    }
}
