import CodecParsing
import MPEGTS
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("H.265, Opus, AC-3 and E-AC-3 in a transport stream")
struct FurtherCodingTests {
    /// The record of x265 for 320×240 pictures: one parameter set of each kind, and supplemental information.
    static let hevcRecord = ByteBuffer(
        hex: """
            0102200000009000000000003cf000fcfdfafa00000f0420000100 1840010c01ffff02200000030090000003000003003c959809
            210001002d42010102200000030090000003000003003ca00a080f1365959a4932bc05a84880482000000300200000030321 220001
            00074401c172b4624027000200094e01900403e8019080001e4e01891833c286c41d4c0bb884d03e803d1340420098968000000300
            3280
            """)

    static func hevc() throws -> Track {
        Track(id: .init(.video), timescale: .mpeg, configuration: try .hevc(record: hevcRecord))
    }

    static func opus(_ header: String = "4f70757348656164 01 02 3801 80bb0000 0000 00", number: UInt8 = 0) throws
        -> Track
    {
        Track(
            id: .init(.audio, number), timescale: .mpeg,
            configuration: try .opus(record: ByteBuffer(hex: header)), language: "eng")
    }

    static func dolby(_ codec: Codec) throws -> Track {
        let configuration: CodecConfiguration =
            codec == .ac3
            ? try .ac3(record: ByteBuffer(hex: "101140")) : try .eac3(record: ByteBuffer(hex: "0600200400"))
        return Track(id: .init(.audio), timescale: .mpeg, configuration: configuration)
    }

    @Test("the program map says what each stream is, in the way that players know it by")
    func programMap() throws {
        let tracks = [
            (try Self.hevc(), StreamType.hevc, FormatIdentifier.hevc, "0504 48455643"),
            (try Self.opus(), .privateData, .opus, "0504 4f707573 7f02 8002 0a04 656e6700"),
            (try Self.dolby(.ac3), .ac3, .ac3, "0504 41432d33"),
            (try Self.dolby(.eac3), .eac3, .eac3, "0504 45414333"),
        ]
        for (track, type, registration, descriptors) in tracks {
            var muxer = try TransportStreamMuxer(tracks: [track])
            var bytes = ByteBuffer()
            muxer.beginSegment(into: &bytes)
            #expect(bytes.hex.contains(ByteBuffer(hex: descriptors).hex))
            let stream = ProgramMap.Stream(
                identifier: PacketIdentifier(0x100), type: type, language: track.language, registration: registration,
                opusChannelConfiguration: type == .privateData ? 2 : nil)
            let map = ProgramMap(version: 0, clock: PacketIdentifier(0x100), streams: [stream])
            #expect(try demux(bytes).last == .programMap(map))
        }
    }

    @Test("an H.265 picture has a delimiter, and before it is a sync picture the parameter sets, once")
    func hevcPictures() throws {
        let track = try Self.hevc()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        // IDR_W_RADL, then TRAIL_R.
        for (index, unit) in ["2601af", "0201d0"].enumerated() {
            let payload = ByteBuffer(hex: "00000003" + unit)
            let time = Int64(index) * 3600
            let frame = MediaFrame(track: track, decodeTime: time, isSync: index == 0, payload: payload)
            try muxer.write(frame, pts: time + 3600, dts: time, into: &bytes)
        }
        let packets = try demux(bytes).packets
        #expect(packets.map(\.isRandomAccess) == [true, false])
        #expect(packets.map(\.streamID) == [0xE0, 0xE0])
        #expect(packets.map(\.decodeTime) == [0, 3600])
        #expect(packets[1].payload.hex == "00000001460150" + "00000001" + "0201d0")
        let types = packets[0].payload.hex.components(after: "00000001").map { UInt8($0.prefix(2), radix: 16) ?? 0 }
        #expect(types.map { $0 >> 1 & 0x3F } == [35, 32, 33, 34, 39, 39, 19])
    }

    @Test("Opus packets of any length come out as they went in, several to a PES packet")
    func opusPackets() throws {
        let track = try Self.opus()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        // 20 ms of CELT, in one frame.
        let expected = [1, 2, 254, 255, 256, 509, 510, 1275, 60_000].map { length in
            var packet = ByteBuffer(repeating: UInt8(truncatingIfNeeded: length), count: length)
            packet.setInteger(UInt8(0xF8), at: 0)
            return packet
        }
        for (index, payload) in expected.enumerated() {
            let time = Int64(index) * 1800
            let frame = MediaFrame(track: track, decodeTime: time, isSync: true, payload: payload)
            try muxer.write(frame, pts: time, dts: time, into: &bytes)
        }
        muxer.flush(into: &bytes)
        let packets = try demux(bytes).packets
        #expect(packets.map(\.streamID) == [0xBD, 0xBD])
        #expect(packets.map(\.presentationTime) == [0, 9000])
        #expect(packets[0].payload.hex.hasPrefix("7fe001f8" + "7fe002f802" + "7fe0fe"))
        var found: [ByteBuffer] = []
        for var payload in packets.map(\.payload) {
            while let packet = OpusAccessUnit.readPacket(from: &payload) { found.append(packet) }
            #expect(payload.readableBytes == 0)
        }
        #expect(found == expected)
    }

    @Test("packets whose lengths differ share a PES packet as long as their times follow from their lengths")
    func opusLengths() throws {
        let track = try Self.opus()
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        // 60 ms of SILK and 10, 10, 10 of CELT; the last begins 20 ms later than it should.
        for (contents, time) in [(0x18, 0), (0xF0, 5400), (0xF0, 6300), (0xF0, 9000)] as [(UInt8, Int64)] {
            let payload = ByteBuffer(bytes: [contents, 1, 2])
            let frame = MediaFrame(track: track, decodeTime: time, isSync: true, payload: payload)
            try muxer.write(frame, pts: time, dts: time, into: &bytes)
        }
        muxer.flush(into: &bytes)
        // Behind 60 ms there is no room for as much again.
        #expect(try demux(bytes).packets.map(\.presentationTime) == [0, 5400, 9000])
    }

    @Test("control headers with trimming and extensions are read; what is no access unit ends the reading")
    func controlHeaders() throws {
        var payload = ByteBuffer(hex: "7ffc 02 0100 0080 01aa f801 7fe0 ff00" + String(repeating: "ab", count: 255))
        #expect(OpusAccessUnit.readPacket(from: &payload)?.hex == "f801")
        #expect(OpusAccessUnit.readPacket(from: &payload)?.readableBytes == 255)
        #expect(OpusAccessUnit.readPacket(from: &payload) == nil)
        for hostile in ["", "7f", "7fe0", "7fe0ff", "7fe003f801", "0b77", "7ff000", "7fe400", "7fe405"] {
            var bytes = ByteBuffer(hex: hostile)
            #expect(OpusAccessUnit.readPacket(from: &bytes) == nil)
            #expect(bytes.hex == hostile, "nothing is taken")
        }
    }

    @Test("channels have the descriptor's code, or the track is refused")
    func opusChannels() throws {
        let head = { (channels: String, mapping: String) in
            "4f70757348656164 01 \(channels) 3801 80bb0000 0000 \(mapping)"
        }
        for (header, code) in [
            (head("01", "00"), UInt8(1)), (head("06", "01 0402 000401020305"), 6), (head("03", "01 0201 000201"), 3),
            (head("04", "01 0400 00010203"), 0x84),
        ] {
            var muxer = try TransportStreamMuxer(tracks: [try Self.opus(header)])
            var bytes = ByteBuffer()
            muxer.beginSegment(into: &bytes)
            guard case .programMap(let map) = try demux(bytes).last else { continue }
            #expect(map.streams.first?.opusChannelConfiguration == code)
        }
        for header in [
            head("03", "01 0201 000102"), head("02", "ff 0200 0001"), head("09", "01 0900 000102030405060708"),
        ] {
            #expect(throws: MPEGTSFault.unusableConfigurationRecord(.opus)) {
                try TransportStreamMuxer(tracks: [try Self.opus(header)])
            }
        }
    }

    @Test("AC-3 and E-AC-3 go in as they are", arguments: [Codec.ac3, .eac3])
    func syncFrames(codec: Codec) throws {
        let track = try Self.dolby(codec)
        var muxer = try TransportStreamMuxer(tracks: [track])
        var bytes = ByteBuffer()
        muxer.beginSegment(into: &bytes)
        var whole = ByteBuffer()
        for index in 0..<6 {
            let frame = soundFrame(of: track, length: 768, seed: index)
            try muxer.write(frame, pts: Int64(index) * 2880, dts: Int64(index) * 2880, into: &bytes)
            whole.writeImmutableBuffer(frame.payload)
        }
        muxer.flush(into: &bytes)
        let packets = try demux(bytes).packets
        #expect(packets.allSatisfy { $0.streamID == 0xBD })
        #expect(packets.map(\.payload).reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) } == whole)
        if codec == .ac3 { #expect(packets.map(\.presentationTime) == [0, 8640], "three frames of 32 ms") }
    }

    @Test("more descriptors than one packet of the map holds are refused")
    func crowdedMap() throws {
        let most = 7
        let tracks = try (0..<UInt8(most + 1)).map { try Self.opus(number: $0) }
        _ = try TransportStreamMuxer(tracks: Array(tracks.prefix(most)))
        #expect(throws: MPEGTSFault.tooManyTracks(most + 1)) { try TransportStreamMuxer(tracks: tracks) }
    }
}

extension String {
    /// What stands behind each `mark`, up to the next.
    fileprivate func components(after mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            parts.append(rest.firstRange(of: mark).map { rest[..<$0.lowerBound] } ?? rest)
        }
        return parts
    }
}
