import MPEGTS
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Transport stream of sound")
struct SoundTests {
    /// No gathering: each frame is a PES packet.
    static let ungathered = {
        var configuration = TransportStreamMuxer.Configuration()
        configuration.audioGathering = 0
        return configuration
    }()

    @Test("a segment begins with the two tables, byte for byte as other muxers write the first")
    func tables() throws {
        let track = mp3Track(language: "deu")
        var muxer = try TransportStreamMuxer(tracks: [track, mp3Track(1, sampleRate: 22_050)])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        #expect(bytes.readableBytes == 376)
        let association = try #require(bytes.getSlice(at: bytes.readerIndex, length: 188))
        #expect(
            association.hex
                == "47400010" + "00" + "00b00d0001c100000001f000" + "2ab104b2" + String(repeating: "ff", count: 167))
        let clock = PacketIdentifier(0x100)
        #expect(
            try demux(bytes) == [
                .programAssociation(PacketIdentifier(0x1000)),
                .programMap(
                    ProgramMap(
                        version: 0, clock: clock,
                        streams: [
                            .init(identifier: clock, type: .mpeg1Audio, language: "deu"),
                            .init(identifier: PacketIdentifier(0x101), type: .mpeg2Audio),
                        ])),
            ])
    }

    @Test("the map of as many tracks as there may be, each with a language, fits its packet")
    func mostTracks() throws {
        let tracks = (0..<TransportStreamMuxer.mostTracks).map { mp3Track(UInt8($0), language: "eng") }
        var muxer = try TransportStreamMuxer(tracks: tracks)
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        #expect(bytes.readableBytes == 376)
        #expect(try demux(bytes).count == 2)
        #expect(throws: MPEGTSFault.tooManyTracks(16)) {
            try TransportStreamMuxer(tracks: tracks + [mp3Track(15)])
        }
    }

    @Test("frames of 0 … 400 bytes come out as they went in, with and without a clock in their packets")
    func stuffing() throws {
        let tracks = [mp3Track(0), mp3Track(1)]
        var muxer = try TransportStreamMuxer(tracks: tracks, configuration: Self.ungathered)
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        var expected: [ByteBuffer] = []
        for length in 0...400 {
            for track in tracks {
                let frame = soundFrame(of: track, length: length, seed: length)
                try muxer.write(frame, pts: Int64(length) * 2160, dts: Int64(length) * 2160, into: &bytes)
                if length > 0 { expected.append(frame.payload) }
            }
        }
        #expect(bytes.readableBytes.isMultiple(of: 188))
        let events = try demux(bytes)
        #expect(events.packets.map(\.payload) == expected)
        #expect(events.brokenCounters == 0)
        #expect(events.packets(at: 0x100).map(\.presentationTime) == (1...400).map { UInt64($0 * 2160) })
        #expect(events.packets(at: 0x100).map(\.streamID).allSatisfy { $0 == 0xC0 })
        #expect(events.packets(at: 0x101).map(\.streamID).allSatisfy { $0 == 0xC1 })
        #expect(events.packets(at: 0x100).allSatisfy { $0.isRandomAccess })
    }

    @Test("consecutive frames share a PES packet of at most 100 ms")
    func gathering() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for index in 0..<10 {
            let time = Int64(index) * 2160
            try muxer.write(soundFrame(of: track, length: 10, seed: index), pts: time, dts: time, into: &bytes)
        }
        let early = try demux(bytes).packets
        #expect(early.map(\.presentationTime) == [0, 8640])
        #expect(early.map(\.payload.readableBytes) == [40, 40])
        muxer.flush(into: &bytes)
        muxer.flush(into: &bytes)
        let packets = try demux(bytes).packets
        #expect(packets.map(\.presentationTime) == [0, 8640, 17280])
        #expect(packets.map(\.payload.readableBytes) == [40, 40, 20])
        let whole = packets.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1.payload) }
        let frames = (0..<10).reduce(into: ByteBuffer()) {
            $0.writeImmutableBuffer(soundFrame(of: track, length: 10, seed: $1).payload)
        }
        #expect(whole == frames)
    }

    @Test("a frame that does not follow the one before, or whose duration is not known, begins a PES packet")
    func gatheringBreaks() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        // The second is within the tolerance, the third a frame late, the fourth a frame early.
        for time: Int64 in [0, 2160 + 450, 6480, 6480] {
            try muxer.write(soundFrame(of: track, length: 10), pts: time, dts: time, into: &bytes)
        }
        muxer.flush(into: &bytes)
        #expect(try demux(bytes).packets.map(\.presentationTime) == [0, 6480, 6480])

        let unknown = Track(
            id: Track.ID(.audio), timescale: .mpeg,
            configuration: CodecConfiguration(audio: .mp3, format: AudioFormat(sampleRate: 48_000, channelCount: 2)))
        var other = try TransportStreamMuxer(tracks: [unknown])
        var otherBytes = ByteBuffer()
        other.beginSegment(into: &otherBytes)
        for time: Int64 in [0, 2160] {
            try other.write(soundFrame(of: unknown, length: 10), pts: time, dts: time, into: &otherBytes)
        }
        #expect(try demux(otherBytes).packets.count == 2)
    }

    @Test("gathered frames never make a PES packet longer than its length field")
    func gatheringLongFrames() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for index in 0..<3 {
            let time = Int64(index) * 2160
            try muxer.write(soundFrame(of: track, length: 40_000), pts: time, dts: time, into: &bytes)
        }
        muxer.flush(into: &bytes)
        #expect(try demux(bytes).packets.map(\.payload.readableBytes) == [40_000, 40_000, 40_000])
        #expect(throws: MPEGTSFault.frameTooLong(65_523)) {
            try muxer.write(soundFrame(of: track, length: 65_523), pts: 0, dts: 0, into: &bytes)
        }
        try muxer.write(soundFrame(of: track, length: 65_522), pts: 6480, dts: 6480, into: &bytes)
    }

    @Test("counters go on over segments, and each segment begins with its tables")
    func segments() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var whole = ByteBuffer()
        for segment in 0..<40 {
            var bytes = ByteBuffer()
            muxer.beginSegment(into: &bytes)
            for index in 0..<7 {
                let time = Int64(segment * 7 + index) * 2160
                try muxer.write(soundFrame(of: track, length: 100 + index), pts: time, dts: time, into: &bytes)
            }
            muxer.flush(into: &bytes)
            let events = try demux(bytes)
            guard case .programAssociation = events[0], case .programMap = events[1], case .clock = events[2] else {
                Issue.record("the segment does not begin with its tables and a clock")
                continue
            }
            #expect(events.packets.first?.presentationTime == UInt64(segment * 7 * 2160))
            whole.writeImmutableBuffer(bytes)
        }
        let events = try demux(whole)
        #expect(events.brokenCounters == 0)
        #expect(events.longestClockStep <= 9000)
        #expect(events.discontinuities == 0)
        #expect(events.packets.reduce(0) { $0 + $1.payload.readableBytes } == 40 * (700 + 21))
    }

    @Test("timestamps and clock pass the end of 33 bits without a break")
    func wrap() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track], configuration: Self.ungathered)
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        let times = (0..<40).map { (Int64(1) << 33) - 20 * 2160 + Int64($0) * 2160 }
        for time in times { try muxer.write(soundFrame(of: track, length: 10), pts: time, dts: time, into: &bytes) }
        let events = try demux(bytes)
        #expect(events.packets.map(\.presentationTime) == times.map { UInt64($0) % (1 << 33) })
        #expect(events.longestClockStep <= 9000)
        #expect(events.discontinuities == 0)
        // Every frame is due 300 ms after the clock that stands in its packet or in one before.
        #expect(events.clocks.first == (UInt64(times[0]) - 27_000) * 300)
    }

    @Test("times before zero are written modulo 33 bits")
    func negativeTimes() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track], configuration: Self.ungathered)
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        try muxer.write(soundFrame(of: track, length: 10), pts: -1, dts: -1, into: &bytes)
        let events = try demux(bytes)
        #expect(events.packets.map(\.presentationTime) == [0x1_FFFF_FFFF])
        #expect(events.clocks == [(0x1_FFFF_FFFF - 27_000) * 300])
    }

    @Test("times at the ends of 64 bits do not trap")
    func extremeTimes() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        for time in [Int64.min, .max, 0, .max, .min, -1, .min + 27_000, .max - 1] {
            try muxer.write(soundFrame(of: track, length: 10), pts: time, dts: time, into: &bytes)
        }
        muxer.flush(into: &bytes)
        #expect(bytes.readableBytes == 8 * 188)
    }

    @Test("a pause is filled with clock references, a break of the timeline is declared")
    func pauses() throws {
        let track = mp3Track()
        var muxer = try TransportStreamMuxer(tracks: [track], configuration: Self.ungathered)
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for time: Int64 in [0, 900_000] {
            try muxer.write(soundFrame(of: track, length: 10), pts: time, dts: time, into: &bytes)
        }
        let paused = try demux(bytes)
        #expect(paused.longestClockStep <= 9000)
        #expect(paused.clocks.count == 2 + 124)
        #expect(paused.brokenCounters == 0 && paused.discontinuities == 0)
        for time: Int64 in [10_000_000, 10_002_160, 0] {
            try muxer.write(soundFrame(of: track, length: 10), pts: time, dts: time, into: &bytes)
        }
        let broken = try demux(bytes)
        #expect(broken.discontinuities == 2)
        #expect(broken.clocks.count == paused.clocks.count + 2)
    }

    @Test("tracks that a transport stream cannot hold are refused by name")
    func refusedTracks() {
        #expect(throws: MPEGTSFault.noTracks) { try TransportStreamMuxer(tracks: []) }
        let carried: Set<Codec> = [.h264, .h265, .aac, .mp3, .mp3At8kHz, .opus, .ac3, .eac3]
        for codec in Codec.allCases where !carried.contains(codec) {
            let configuration =
                codec.kind == .video ? CodecConfiguration(video: codec) : CodecConfiguration(audio: codec)
            let track = Track(id: Track.ID(codec.kind), timescale: .mpeg, configuration: configuration)
            #expect(throws: MPEGTSFault.unsupportedCodec(codec)) { try TransportStreamMuxer(tracks: [track]) }
        }
        let unknown = Track(
            id: Track.ID(.audio), timescale: .mpeg, configuration: CodecConfiguration(audio: .mp3))
        #expect(throws: MPEGTSFault.formatUnknown(.mp3)) { try TransportStreamMuxer(tracks: [unknown]) }
    }

    @Test("a frame of another track is refused; of another version only when it decodes differently")
    func foreignFrames() throws {
        var muxer = try TransportStreamMuxer(tracks: [mp3Track()])
        var bytes = ByteBuffer()
        try muxer.write(soundFrame(of: mp3Track(language: "eng"), length: 1), pts: 0, dts: 0, into: &bytes)
        #expect(throws: MPEGTSFault.unknownTrack(Track.ID(.audio, 1))) {
            try muxer.write(soundFrame(of: mp3Track(1), length: 1), pts: 0, dts: 0, into: &bytes)
        }
        #expect(throws: MPEGTSFault.unknownTrack(Track.ID(.audio, 0))) {
            try muxer.write(soundFrame(of: mp3Track(sampleRate: 44_100), length: 1), pts: 0, dts: 0, into: &bytes)
        }
        #expect(bytes.readableBytes == 0)
    }
}
