import MediaModel

/// One rendition's part in an epoch: which lanes it has and what writes them.
struct RenditionOutput {
    /// The name of the rendition.
    let name: String
    /// The lanes of the epoch that it carries.
    let lanes: [Int]
    /// Whether it carries the pilot.
    let isMain: Bool
    let hasVideo: Bool
    var writer: SegmentWriter

    /// The renditions of an epoch, the main one first.
    static func outputs(of epoch: Epoch, _ configuration: SegmentPackager.Configuration) -> [RenditionOutput] {
        switch configuration.effectiveLayout {
        case .muxed:
            [RenditionOutput("muxed", epoch: epoch, lanes: Array(epoch.lanes.indices), configuration)]
        case .separateTracks:
            epoch.lanes.indices.map { lane in
                RenditionOutput(name(of: epoch.lanes[lane].track.id), epoch: epoch, lanes: [lane], configuration)
            }
        }
    }

    private init(_ name: String, epoch: Epoch, lanes: [Int], _ configuration: SegmentPackager.Configuration) {
        self.name = name
        self.lanes = lanes
        isMain = lanes.contains(epoch.pilot)
        hasVideo = lanes.contains { epoch.lanes[$0].track.kind == .video }
        writer = SegmentWriter(configuration.container, epoch: epoch, lanes: lanes)
    }

    private static func name(of id: Track.ID) -> String {
        id.number == 0 ? id.kind.rawValue : "\(id.kind.rawValue)-\(id.number)"
    }
}
