import CodecParsing
import MPEGTS
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Transport stream of pictures and AAC")
struct PictureTests {
    static let sequenceSet = ByteBuffer(hex: "6764000dacd94141fb0110000003001000000303 20f1429960")
    static let pictureSet = ByteBuffer(hex: "68ebe3cb22c0")
    static let video = Track(
        id: Track.ID(.video), timescale: .milliseconds,
        configuration: CodecConfiguration(
            video: .h264,
            record: ByteBuffer(
                hex: "0164000dffe10019" + sequenceSet.hex + "010006" + pictureSet.hex + "fdf8f800"),
            format: VideoFormat(width: 320, height: 240)))
    static let audio = Track(
        id: Track.ID(.audio), timescale: .milliseconds,
        configuration: .aac(AudioSpecificConfig(samplingFrequency: 48_000, channelConfiguration: 2)))

    /// A frame of one slice of `length` bytes that hold no start code.
    static func picture(length: Int, isSync: Bool, seed: Int = 0) -> MediaFrame {
        let slice = ByteBuffer(
            bytes: [isSync ? 0x65 : 0x41] + (1..<max(1, length)).map { UInt8(truncatingIfNeeded: $0 &* 5 &+ seed) | 1 })
        var payload = ByteBuffer()
        payload.writeLengthPrefixedNALUnit(slice)
        return MediaFrame(track: video, decodeTime: 0, isSync: isSync, payload: payload)
    }

    static func nalUnits(_ packet: PESPacket) -> [ByteBuffer] { Array(AnnexBNALUnits(packet.payload)) }

    @Test("each access unit begins with a delimiter, a sync frame with the parameter sets behind it")
    func accessUnits() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for index in 0..<4 {
            let frame = Self.picture(length: 50, isSync: index.isMultiple(of: 2))
            try muxer.write(frame, pts: Int64(index) * 3600 + 7200, dts: Int64(index) * 3600, into: &bytes)
        }
        let packets = try demux(bytes).packets
        let delimiter = ByteBuffer(hex: "09f0")
        for (index, packet) in packets.enumerated() {
            let isSync = index.isMultiple(of: 2)
            var slice = Self.picture(length: 50, isSync: isSync).payload
            slice.moveReaderIndex(forwardBy: 4)
            let expected = isSync ? [delimiter, Self.sequenceSet, Self.pictureSet, slice] : [delimiter, slice]
            #expect(Self.nalUnits(packet) == expected)
            #expect(packet.payload.hex.hasPrefix("0000000109f000000001"))
            #expect(packet.isRandomAccess == isSync)
            #expect(packet.streamID == 0xE0)
            #expect(packet.presentationTime == UInt64(index * 3600 + 7200))
            #expect(packet.decodeTime == UInt64(index * 3600))
        }
        #expect(packets.count == 4)
    }

    @Test("before sync frames of a few bytes parameter sets come as often as the frames are worth, and in each segment")
    func tinySyncFrames() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video])
        var bytes = ByteBuffer()
        func write(_ count: Int) throws {
            for _ in 0..<count {
                try muxer.write(Self.picture(length: 1, isSync: true), pts: 0, dts: 0, into: &bytes)
            }
        }
        muxer.beginSegment(into: &bytes)
        try write(1)
        muxer.beginSegment(into: &bytes)
        try write(100)
        let packets = try demux(bytes).packets
        let withSets = packets.indices.filter { Self.nalUnits(packets[$0]).count > 2 }
        // The record has 46 bytes, a frame 5.
        #expect(Self.video.configuration.record.readableBytes == 46)
        #expect(withSets == [0] + Array(stride(from: 1, through: 100, by: 3)))
        #expect(packets.count == 101)
    }

    @Test("the decoding time is written only when it differs, and both pass the end of 33 bits")
    func timestamps() throws {
        let end = Int64(1) << 33
        for (pts, dts) in [(0, 0), (3600, 0), (end, end - 1), (end - 1, end - 1), (end + 5, end - 5), (-1, -3600)] {
            var muxer = try TransportStreamMuxer(tracks: [Self.video])
            var bytes = ByteBuffer()
            muxer.beginSegment(into: &bytes)
            try muxer.write(Self.picture(length: 10, isSync: false), pts: pts, dts: dts, into: &bytes)
            let packet = try #require(try demux(bytes).packets.first)
            #expect(packet.presentationTime == UInt64(bitPattern: pts) & 0x1_FFFF_FFFF)
            #expect(packet.decodeTime == UInt64(bitPattern: dts) & 0x1_FFFF_FFFF)
            let flagsOfPES = bytes.readableBytesView.suffix(188).drop { $0 != 0xE0 }.dropFirst(4).first
            #expect(flagsOfPES == (pts == dts ? 0x80 : 0xC0))
        }
    }

    @Test("no picture is presented before it is decoded")
    func presentedTooEarly() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        try muxer.write(Self.picture(length: 10, isSync: true), pts: 3600, dts: 7200, into: &bytes)
        let packet = try #require(try demux(bytes).packets.first)
        #expect(packet.presentationTime == 7200 && packet.decodeTime == 7200)
    }

    @Test("frames of every length around a packet's come out as they went in")
    func stuffing() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for length in 1...400 {
            let frame = Self.picture(length: length, isSync: length.isMultiple(of: 3), seed: length)
            try muxer.write(frame, pts: Int64(length) * 1800 + 3600, dts: Int64(length) * 1800, into: &bytes)
        }
        #expect(bytes.readableBytes.isMultiple(of: 188))
        let events = try demux(bytes)
        #expect(events.brokenCounters == 0)
        for (index, packet) in events.packets.enumerated() {
            let length = index + 1
            var slice = Self.picture(length: length, isSync: length.isMultiple(of: 3), seed: length).payload
            slice.moveReaderIndex(forwardBy: 4)
            #expect(Self.nalUnits(packet).last == slice)
        }
        #expect(events.packets.count == 400)
    }

    @Test("a frame longer than the PES length field is written without a length and read whole")
    func longFrame() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for length in [65_509, 65_510, 65_511, 65_512, 65_513, 65_514, 65_515, 1_000_000] {
            try muxer.write(Self.picture(length: length, isSync: false), pts: 0, dts: 0, into: &bytes)
            let packet = try #require(try demux(bytes).packets.last)
            #expect(Self.nalUnits(packet).last?.readableBytes == length)
        }
        let long = MediaFrame(
            track: Self.video, decodeTime: 0, isSync: true,
            payload: ByteBuffer(repeating: 0, count: TransportStreamMuxer.longestFrame + 1))
        #expect(throws: MPEGTSFault.frameTooLong(TransportStreamMuxer.longestFrame + 1)) {
            try muxer.write(long, pts: 0, dts: 0, into: &bytes)
        }
    }

    @Test("AAC frames come out behind their ADTS headers, gathered up to 100 ms")
    func adts() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.audio])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        let frames = (0..<10).map { soundFrame(of: Self.audio, length: 20 + $0, seed: $0) }
        for (index, frame) in frames.enumerated() {
            try muxer.write(frame, pts: Int64(index) * 1920, dts: Int64(index) * 1920, into: &bytes)
        }
        muxer.flush(into: &bytes)
        let packets = try demux(bytes).packets
        #expect(packets.map(\.presentationTime) == [0, 7680, 15360])
        let read = packets.flatMap { Array(ADTSFrames($0.payload)) }
        #expect(read == frames.map(\.payload))
        let header = try #require(ADTSHeader(parsing: packets[0].payload))
        #expect(header.samplingFrequency == 48_000 && header.channelConfiguration == 2 && header.frameLength == 27)
        #expect(throws: MPEGTSFault.frameTooLong(8185)) {
            try muxer.write(soundFrame(of: Self.audio, length: 8185), pts: 0, dts: 0, into: &bytes)
        }
    }

    @Test("the clock is on the video, no further apart than 100 ms, behind all times and never back")
    func clock() throws {
        // Frames per second of video, from 60 down to one in two seconds.
        for interval: Int64 in [1500, 3600, 9000, 18_000, 180_000] {
            var muxer = try TransportStreamMuxer(tracks: [Self.audio, Self.video])
            var bytes = ByteBuffer()
            var audioTime: Int64 = 0
            for index in 0..<(900_000 / interval) {
                let time = index * interval
                if index.isMultiple(of: 10) {
                    muxer.flush(into: &bytes)
                    muxer.beginSegment(into: &bytes)
                }
                try muxer.write(
                    Self.picture(length: 300, isSync: index.isMultiple(of: 10)), pts: time + interval, dts: time,
                    into: &bytes)
                while audioTime < time + interval {
                    let frame = soundFrame(of: Self.audio, length: 30)
                    try muxer.write(frame, pts: audioTime, dts: audioTime, into: &bytes)
                    audioTime += 1920
                }
            }
            muxer.flush(into: &bytes)
            let events = try demux(bytes)
            #expect(events.longestClockStep <= 9000, "at an interval of \(interval)")
            #expect(events.brokenCounters == 0 && events.discontinuities == 0)
            var last: UInt64?
            for event in events {
                switch event {
                case .clock(let identifier, let ticks, _):
                    #expect(identifier == PacketIdentifier(0x101))
                    last = ticks / 300
                case .packet(let packet):
                    let clock = try #require(last)
                    let ahead = (try #require(packet.decodeTime) &- clock) & 0x1_FFFF_FFFF
                    #expect(ahead > 0 && ahead <= 45_000, "\(packet.identifier) at an interval of \(interval)")
                case .programAssociation, .programMap, .continuityBroken: continue
                }
            }
        }
    }

    @Test("sound that waits is written when the pictures have passed it")
    func overdueSound() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video, Self.audio])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        try muxer.write(soundFrame(of: Self.audio, length: 30), pts: 0, dts: 0, into: &bytes)
        try muxer.write(Self.picture(length: 10, isSync: true), pts: 9000, dts: 9000, into: &bytes)
        #expect(try demux(bytes).packets(at: 0x101).isEmpty)
        try muxer.write(Self.picture(length: 10, isSync: false), pts: 9001, dts: 9001, into: &bytes)
        #expect(try demux(bytes).packets(at: 0x101).count == 1)
    }

    @Test("a frame of nothing but empty NAL units writes nothing")
    func emptyUnits() throws {
        var muxer = try TransportStreamMuxer(tracks: [Self.video])
        var bytes = ByteBuffer()
        let frame = MediaFrame(
            track: Self.video, decodeTime: 0, isSync: false, payload: ByteBuffer(hex: "0000000000000000"))
        try muxer.write(frame, pts: 0, dts: 0, into: &bytes)
        #expect(bytes.readableBytes == 0)
    }

    @Test("frames of random bytes are written or cut, and what comes out is a stream in order")
    func randomFrames() throws {
        var generator = SeededGenerator(seed: 4)
        var muxer = try TransportStreamMuxer(tracks: [Self.video, Self.audio])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        for _ in 0..<500 {
            let isVideo = Bool.random(using: &generator)
            let payload = ByteBuffer(
                bytes: (0..<Int.random(in: 0...500, using: &generator)).map { index in
                    index < 3 ? 0 : .random(in: 0...255, using: &generator)
                })
            let frame = MediaFrame(
                track: isVideo ? Self.video : Self.audio, decodeTime: 0, isSync: .random(using: &generator),
                payload: payload)
            let time = Int64.random(in: 0...(1 << 34), using: &generator)
            try muxer.write(frame, pts: time, dts: time, into: &bytes)
        }
        muxer.flush(into: &bytes)
        #expect(try demux(bytes).brokenCounters == 0)
    }

    @Test("records that cannot be read, or that ADTS cannot say, are refused")
    func unusableRecords() {
        let cases: [(CodecConfiguration, Codec)] = [
            (CodecConfiguration(video: .h264), .h264),
            (CodecConfiguration(video: .h264, record: ByteBuffer(hex: "02")), .h264),
            (CodecConfiguration(audio: .aac), .aac),
            // Object type 42, and a sampling frequency outside the table.
            (CodecConfiguration(audio: .aac, record: ByteBuffer(hex: "f94640")), .aac),
            (CodecConfiguration(audio: .aac, record: ByteBuffer(hex: "1780388010")), .aac),
            // 2.1 by a program config element, and frames of 960 samples.
            (
                CodecConfiguration(
                    audio: .aac,
                    record: ByteBuffer(hex: "1200 0504 0100 2000 0d4c 6176 6335 392e 3337 2e31 3030 56e5 00")), .aac
            ),
            (CodecConfiguration(audio: .aac, record: ByteBuffer(hex: "1194")), .aac),
        ]
        for (configuration, codec) in cases {
            let track = Track(id: Track.ID(codec.kind), timescale: .mpeg, configuration: configuration)
            #expect(throws: MPEGTSFault.unusableConfigurationRecord(codec)) {
                try TransportStreamMuxer(tracks: [track])
            }
        }
    }
}
