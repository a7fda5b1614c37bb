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
        case .muxed: muxedOutputs(of: epoch, configuration)
        case .separateTracks:
            epoch.lanes.indices.map { lane in
                let id = epoch.lanes[lane].track.id
                return RenditionOutput(name(id.kind.rawValue, id), epoch: epoch, lanes: [lane], configuration)
            }
        }
    }

    /// One rendition for each track of pictures, all with the same sound; one of sound alone when there are no pictures.
    private static func muxedOutputs(
        of epoch: Epoch, _ configuration: SegmentPackager.Configuration
    ) -> [RenditionOutput] {
        let lanes = epoch.lanes.indices
        let pictures = lanes.filter { epoch.lanes[$0].track.kind == .video }
        let sounds = lanes.filter { epoch.lanes[$0].track.kind == .audio }
        guard !pictures.isEmpty else { return [RenditionOutput("muxed", epoch: epoch, lanes: sounds, configuration)] }
        return pictures.map { lane in
            let name = name("muxed", epoch.lanes[lane].track.id)
            return RenditionOutput(name, epoch: epoch, lanes: [lane] + sounds, configuration)
        }
    }

    private init(_ name: String, epoch: Epoch, lanes: [Int], _ configuration: SegmentPackager.Configuration) {
        self.name = name
        self.lanes = lanes
        isMain = lanes.contains(epoch.pilot)
        hasVideo = lanes.contains { epoch.lanes[$0].track.kind == .video }
        writer = SegmentWriter(configuration.container, epoch: epoch, lanes: lanes)
    }

    private static func name(_ form: String, _ id: Track.ID) -> String {
        id.number == 0 ? form : "\(form)-\(id.number)"
    }
}
