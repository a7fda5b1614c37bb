public import OBSMultitrack

/// What the operator decided about OBS's multitrack video in one application.
public struct OBSMultitrackSettings: Sendable, Equatable {
    /// What OBS is to send.
    public var ladder: MultitrackLadder
    /// What is to encode it; `nil` for what suits the machine.
    public var encoder: EncoderFamily?
    /// Where to publish, such as `rtmps://ingest.example.com/live`; `nil` for the host by which OBS reached the HTTP port.
    public var server: String?

    /// Makes settings.
    public init(ladder: MultitrackLadder, encoder: EncoderFamily? = nil, server: String? = nil) {
        self.ladder = ladder
        self.encoder = encoder
        self.server = server
    }
}
