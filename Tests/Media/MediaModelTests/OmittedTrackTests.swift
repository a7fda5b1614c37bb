import MediaModel
import Testing

@Suite("Tracks that an output leaves out")
struct OmittedTrackTests {
    private enum Reason: Hashable, Sendable {
        case number
        case secondSound
    }

    private func track(_ kind: MediaKind, _ number: UInt8) -> Track {
        Track(
            id: .init(kind, number), timescale: .milliseconds,
            configuration: kind == .video ? .init(video: .h264) : .init(audio: .aac))
    }

    @Test("pictures come before sound, each by number")
    func order() {
        let ids: [Track.ID] = [.init(.audio, 1), .init(.video, 2), .init(.audio), .init(.video, 1)]
        #expect(ids.sorted() == [.init(.video, 1), .init(.video, 2), .init(.audio), .init(.audio, 1)])
    }

    @Test("tracks are judged in their order, beside those that are carried already")
    func division() {
        let all = [track(.audio, 2), track(.audio, 0), track(.video, 9), track(.video, 1), track(.audio, 1)]
        let (carried, omitted) = OmittedTrack<Reason>.divide(all) { track, carried in
            if track.id.number > 8 { return .number }
            return track.kind == .audio && carried.contains { $0.kind == .audio } ? .secondSound : nil
        }
        #expect(carried.map(\.id) == [.init(.video, 1), .init(.audio)])
        #expect(
            omitted == [
                OmittedTrack(id: .init(.video, 9), codec: .h264, reason: .number),
                OmittedTrack(id: .init(.audio, 1), codec: .aac, reason: .secondSound),
                OmittedTrack(id: .init(.audio, 2), codec: .aac, reason: .secondSound),
            ])
    }
}
