import SegmentPackaging

extension PackagingOmission {
    /// The reason in words for who runs the server.
    var explanation: String {
        switch self {
        case .codecNotInHLS: "HLS has no place for this coding: send H.264, H.265, AV1 or VP9 with AAC or Opus"
        case .codecNotInTransportStream:
            "MPEG-TS has no place for this coding, but the playlists of fragmented MP4 have"
        case .recordUnusable: "the decoder configuration that the encoder sent cannot be used"
        case .formatUnusable: "the size of the pictures, or the sampling rate and channels of the sound, are not known"
        case .furtherSoundInOneFile: "MPEG-TS segments hold one track of sound, and this is another"
        case .tooManyTracks: "more tracks than are packaged"
        }
    }
}
