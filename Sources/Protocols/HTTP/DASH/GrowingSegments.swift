import NIOConcurrencyHelpers
import NIOCore
import SegmentPackaging

/// The segments under construction of one stream, by the names under which they will be fetched whole.
final class GrowingSegments: Sendable {
    private let segments = NIOLockedValueBox<[String: GrowingSegment]>([:])

    /// The segment of a name, while it is made or expected.
    func segment(_ name: String) -> GrowingSegment? {
        segments.withLockedValue { $0[name] }
    }

    /// Brings the packager's news to those who read.
    func apply(_ events: [PackagingEvent]) {
        for event in events {
            switch event {
            case .segmentExtended(let growth):
                let segment = segments.withLockedValue { segments in
                    if let present = segments[growth.name] { return present }
                    let made = GrowingSegment(mediaType: growth.mediaType)
                    segments[growth.name] = made
                    return made
                }
                if let part = growth.part { segment.append(part) }
            case .segmentAbandoned(let name):
                segments.withLockedValue { $0.removeValue(forKey: name) }?.abandon()
            case .resourceReady(let resource) where resource.kind == .segment:
                segments.withLockedValue { $0.removeValue(forKey: resource.name) }?.finish()
            case .resourceReady, .resourceRemoved, .trackOmitted, .segmentForced:
                break
            }
        }
    }

    /// Nothing more will come of any.
    func end() {
        let abandoned = segments.withLockedValue { segments in
            defer { segments = [:] }
            return segments.values
        }
        for segment in abandoned { segment.abandon() }
    }
}
