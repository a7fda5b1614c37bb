import OBSMultitrack
import Testing

@Suite("OBS multitrack: the ladder that one user gets")
struct LadderSelectionTests {
    private func tracks(
        _ request: ClientConfigurationRequest, of ladder: MultitrackLadder = Requests.ladder,
        encoder: EncoderFamily = .nvenc
    ) throws(MultitrackFault) -> [SelectedTrack] {
        try LadderSelection(from: ladder, for: request, encoder: encoder).tracks
    }

    private func heights(
        _ request: ClientConfigurationRequest, encoder: EncoderFamily = .nvenc
    ) throws(MultitrackFault) -> [Int] {
        try tracks(request, encoder: encoder).map { min($0.width, $0.height) }
    }

    @Test("a large canvas without limits gets every rung, the highest first, at the canvas's shape")
    func whole() throws {
        #expect(
            try tracks(Requests.on(1920, 1080)) == [
                SelectedTrack(width: 1920, height: 1080, frameRate: FrameRate(60), bitrate: 6000),
                SelectedTrack(width: 1280, height: 720, frameRate: FrameRate(60), bitrate: 3000),
                SelectedTrack(width: 854, height: 480, frameRate: FrameRate(60, 2), bitrate: 1200),
                SelectedTrack(width: 640, height: 360, frameRate: FrameRate(60, 2), bitrate: 600),
            ])
        #expect(try tracks(Requests.on(1080, 1920)).map(\.width) == [1080, 720, 480, 360])
        #expect(try tracks(Requests.on(1080, 1920)).map(\.height) == [1920, 1280, 854, 640])
        #expect(try tracks(Requests.on(3840, 2160)).first?.height == 1080)
    }

    @Test(
        "no track is larger than the canvas, and every side is even",
        arguments: [
            (1920, 1080), (1600, 900), (1366, 768), (853, 481), (320, 180), (3, 3), (16_384, 2), (2, 16_384),
            (1001, 1001),
        ])
    func sizes(width: Int, height: Int) throws {
        let tracks = try tracks(Requests.on(width, height))
        #expect(!tracks.isEmpty)
        for track in tracks {
            #expect((2...width).contains(track.width) && (2...height).contains(track.height))
            #expect(track.width % 2 == 0 && track.height % 2 == 0 && track.bitrate > 0)
        }
    }

    @Test("a canvas between two rungs gets its own size on top, at a bitrate in proportion")
    func between() throws {
        let tracks = try tracks(Requests.on(1600, 900))
        #expect(tracks.map(\.height) == [900, 720, 480, 360])
        #expect(tracks[0].bitrate == 6000 * 900 * 900 / (1080 * 1080))
        #expect(try self.tracks(Requests.on(1300, 730)).map(\.height) == [720, 480, 360])
        #expect(try self.tracks(Requests.on(320, 180)).map(\.height) == [180])
    }

    @Test(
        "the tracks keep to the bandwidth with their sound, and the lowest stays",
        arguments: [
            (nil, [1080, 720, 480, 360]), (10_960, [1080, 720, 480, 360]), (10_959, [1080, 720, 360]),
            (8000, [1080, 480, 360]), (7000, [1080, 360]), (6759, [720, 480, 360]), (2000, [480, 360]),
            (1500, [480]), (1359, [360]), (760, [360]),
        ] as [(Int?, [Int])])
    func bandwidth(limit: Int?, expected: [Int]) throws {
        #expect(try heights(Requests.on(1920, 1080, bitrate: limit)) == expected)
    }

    @Test("a bandwidth below the lowest rung is refused, and the least is named")
    func tooLow() {
        #expect(throws: MultitrackFault.bandwidthTooLow(limit: 759, least: 760)) {
            try heights(Requests.on(1920, 1080, bitrate: 759))
        }
        #expect(throws: MultitrackFault.bandwidthTooLow(limit: 760, least: 920)) {
            try heights(Requests.on(1920, 1080, bitrate: 760, vod: true))
        }
    }

    @Test("there are no more tracks than the user wants or the client can encode")
    func count() throws {
        #expect(try heights(Requests.on(1920, 1080, tracks: 1)) == [1080])
        #expect(try heights(Requests.on(1920, 1080, tracks: 2)) == [1080, 360])
        #expect(try heights(Requests.on(1920, 1080, tracks: 3)) == [1080, 720, 360])
        let ladder = MultitrackLadder(renditions: (1...12).map { .init(height: $0 * 90, bitrate: $0 * 100) })
        #expect(try tracks(Requests.on(1920, 1080, client: ClientVersion(30, 2)), of: ladder).count == 6)
        #expect(try tracks(Requests.on(1920, 1080, client: ClientVersion(31, 1)), of: ladder).count == 10)
    }

    @Test("a processor that encodes gets what it can do, and an encoder of its own everything")
    func software() throws {
        #expect(try heights(Requests.on(1920, 1080, cores: 8), encoder: .x264) == [1080, 720, 480, 360])
        #expect(try heights(Requests.on(1920, 1080, cores: 4), encoder: .x264) == [720, 480, 360])
        #expect(try heights(Requests.on(1920, 1080, cores: 1), encoder: .x264) == [480, 360])
        #expect(try heights(Requests.on(1920, 1080, cores: 1), encoder: .nvenc) == [1080, 720, 480, 360])
        #expect(try heights(Requests.on(1920, 1080, FrameRate(240), cores: 1), encoder: .x264) == [480, 360])
        let large = MultitrackLadder(renditions: [.init(height: 2160, bitrate: 20_000)])
        #expect(try tracks(Requests.on(3840, 2160, cores: 1), of: large, encoder: .x264).count == 1)
    }

    @Test(
        "keyframes of all tracks meet, whatever the frame rates",
        arguments: [
            FrameRate(60), FrameRate(60_000, 1001), FrameRate(50), FrameRate(30), FrameRate(30_000, 1001),
            FrameRate(25),
            FrameRate(24_000, 1001), FrameRate(144), FrameRate(240), FrameRate(1000), FrameRate(1),
        ])
    func alignment(rate: FrameRate) throws {
        for interval in 1...10 {
            var ladder = Requests.ladder
            ladder.keyframeInterval = interval
            let tracks = try tracks(Requests.on(1920, 1080, rate), of: ladder)
            // As OBS counts: whole frames of each track, here in frames of the canvas.
            let groups = Set(
                tracks.map { track in
                    let divisor = track.frameRate.denominator / rate.denominator
                    return interval * track.frameRate.numerator / track.frameRate.denominator * divisor
                })
            #expect(groups.count == 1)
            #expect(tracks.allSatisfy { $0.frameRate.numerator == rate.numerator })
        }
    }

    @Test("a rate is divided to no more than a rung wants, where that can be")
    func divided() throws {
        func lowest(_ rate: FrameRate) throws -> FrameRate? {
            try tracks(Requests.on(1920, 1080, rate)).last?.frameRate
        }
        #expect(try lowest(FrameRate(60)) == FrameRate(60, 2))
        #expect(try lowest(FrameRate(144)) == FrameRate(144, 6))
        #expect(try lowest(FrameRate(30)) == FrameRate(30))
        #expect(try lowest(FrameRate(60_000, 1001)) == FrameRate(60_000, 1001))
    }

    @Test(
        "a canvas or a rate that cannot be is refused",
        arguments: [
            (0, 1080, FrameRate(60)), (1920, -1, FrameRate(60)), (1, 1, FrameRate(60)), (16_385, 1080, FrameRate(60)),
            (.max, .max, FrameRate(60)), (1920, 1080, FrameRate(0)), (1920, 1080, FrameRate(60, 0)),
            (1920, 1080, FrameRate(-60, -1)), (1920, 1080, FrameRate(.max, 1)), (1920, 1080, FrameRate(1, 2)),
            (1920, 1080, FrameRate(.min, .min)), (1920, 1080, FrameRate(1001)),
        ])
    func impossible(width: Int, height: Int, rate: FrameRate) {
        #expect(throws: MultitrackFault.self) { try heights(Requests.on(width, height, rate)) }
    }

    @Test("no limit that a user can name does harm", arguments: [1, Int.max])
    func extremes(limit: Int) {
        _ = try? heights(Requests.on(1920, 1080, bitrate: limit, tracks: limit))
        _ = try? heights(Requests.on(16_384, 16_384, FrameRate(1_000_000, 1000), cores: limit), encoder: .x264)
    }
}
