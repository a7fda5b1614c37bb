extension ClientConfiguration {
    /// The answer that gives a ladder.
    ///
    /// - Parameters:
    ///   - request: what OBS asked.
    ///   - selection: the tracks that were chosen for it.
    ///   - ladder: what they were chosen from.
    ///   - encoder: what is to encode them.
    ///   - server: where to publish, such as `rtmp://host/live`, without a slash at the end.
    public init(
        to request: ClientConfigurationRequest, selection: LadderSelection, ladder: MultitrackLadder,
        encoder: EncoderFamily, server: String
    ) {
        let client = request.client
        encoderConfigurations = selection.tracks.map { track in
            VideoEncoder(
                type: encoder.identifier(in: client), width: track.width, height: track.height,
                framerate: track.frameRate,
                settings: encoder.settings(bitrate: track.bitrate, ladder: ladder, client: client))
        }
        ingestEndpoints = [
            IngestEndpoint(
                protocol: server.lowercased().hasPrefix("rtmps:") ? "RTMPS" : "RTMP",
                urlTemplate: server + "/{stream_key}")
        ]
        let channels = min(max(request.audioChannels, 1), 8)
        func audio(_ trackID: Int) -> AudioEncoder {
            AudioEncoder(trackID: trackID, channels: channels, settings: ["bitrate": .number(ladder.audioBitrate)])
        }
        audioConfigurations = AudioConfigurations(live: [audio(1)], vod: request.wantsVODAudio ? [audio(2)] : nil)
        status = .success
        meta = Meta(request, configID: Self.identifier(of: selection.tracks, encoder))
    }

    /// The answer that gives a reason for giving nothing.
    ///
    /// - Parameters:
    ///   - request: what OBS asked; `nil` when it was not understood.
    ///   - html: a sentence for the user.
    public init(refusing request: ClientConfigurationRequest?, html: String) {
        meta = Meta(request, configID: "refused")
        status = .error(html: html)
    }

    /// A name for the tracks: 64 bits of FNV-1a in hexadecimal digits, the same whenever the tracks are the same.
    private static func identifier(of tracks: [SelectedTrack], _ encoder: EncoderFamily) -> String {
        var text = encoder.rawValue
        for track in tracks {
            let rate = track.frameRate
            text += ",\(track.width)x\(track.height)@\(rate.numerator)/\(rate.denominator):\(track.bitrate)"
        }
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension ClientConfiguration.Meta {
    /// Characters of the request's words that are repeated: 64, many times what OBS sends.
    private static let longestWord = 64

    fileprivate init(_ request: ClientConfigurationRequest?, configID: String) {
        service = request.map { String($0.service.prefix(Self.longestWord)) } ?? "IVS"
        schemaVersion = request.map { String($0.schemaVersion.prefix(Self.longestWord)) } ?? "2025-01-25"
        self.configID = configID
    }
}
