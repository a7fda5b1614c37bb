import MPEGTS
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Transport stream demuxer")
struct DemuxerTests {
    /// Two segments with two tracks.
    static func stream() throws -> ByteBuffer {
        let tracks = [mp3Track(0, language: "eng"), mp3Track(1)]
        var muxer = try TransportStreamMuxer(tracks: tracks)
        var bytes = ByteBuffer()
        for segment in 0..<2 {
            muxer.beginSegment(into: &bytes)
            for index in 0..<6 {
                let time = Int64(segment * 6 + index) * 2160
                for track in tracks {
                    try muxer.write(soundFrame(of: track, length: 90), pts: time, dts: time, into: &bytes)
                }
            }
            muxer.flush(into: &bytes)
        }
        return bytes
    }

    @Test("the same events come out however the bytes are cut")
    func cuttings() throws {
        let bytes = try Self.stream()
        let expected = try demux(bytes)
        #expect(expected.packets.count == 8)
        try forEveryCutting(of: bytes) { pieces in
            var demuxer = TransportStreamDemuxer()
            var events: [TransportStreamDemuxer.Event] = []
            for piece in pieces { try demuxer.receive(piece, into: &events) }
            try demuxer.finish(into: &events)
            #expect(events == expected)
        }
    }

    @Test("a lost packet is reported, and the PES packet that it belonged to is dropped")
    func lostPacket() throws {
        let bytes = try Self.stream()
        let all = try demux(bytes).packets
        // The third packet begins a PES packet of the first track, the fourth goes on with it.
        var cut = try #require(bytes.getSlice(at: bytes.readerIndex, length: 3 * 188))
        cut.writeImmutableBuffer(
            try #require(bytes.getSlice(at: bytes.readerIndex + 4 * 188, length: bytes.readableBytes - 4 * 188)))
        let events = try demux(cut)
        #expect(events.brokenCounters == 1)
        #expect(events.contains(.continuityBroken(PacketIdentifier(0x100), expected: 1, found: 2)))
        #expect(events.packets == Array(all.dropFirst()).filter { $0 != all[0] })
    }

    @Test("a packet that does not begin with the sync byte is refused")
    func lostSynchronization() throws {
        var bytes = try Self.stream()
        bytes.setInteger(UInt8(0x46), at: bytes.readerIndex + 188)
        #expect(throws: MPEGTSFault.synchronizationLost(0x46)) { try demux(bytes) }
    }

    @Test("any changed bit of a table is found by its checksum")
    func checksums() throws {
        let bytes = try Self.stream()
        for (start, length) in [(5, 16), (188 + 5, 32)] {
            for index in start + 3..<start + length {
                for bit in 0..<8 {
                    var changed = bytes
                    let place = changed.readerIndex + index
                    let byte = try #require(changed.getInteger(at: place, as: UInt8.self))
                    changed.setInteger(byte ^ 1 << bit, at: place)
                    let identifier = PacketIdentifier(start == 5 ? 0 : 0x1000)
                    #expect(throws: MPEGTSFault.wrongSectionChecksum(identifier)) { try demux(changed) }
                }
            }
        }
    }

    @Test("packets before the tables, null packets and unknown streams are passed over")
    func unknownPackets() throws {
        let bytes = try Self.stream()
        var late = try #require(bytes.getSlice(at: bytes.readerIndex + 376, length: bytes.readableBytes - 376))
        late.writeImmutableBuffer(ByteBuffer(bytes: [0x47, 0x1F, 0xFF, 0x10] + Array(repeating: 0xFF, count: 184)))
        late.writeImmutableBuffer(ByteBuffer(bytes: [0x47, 0x41, 0x23, 0x10] + Array(repeating: 0, count: 184)))
        #expect(try demux(late).packets.count == 4)
    }

    @Test("adaptation fields, sections, PES headers and timestamps that contradict themselves are refused by name")
    func malformations() throws {
        let identifier = PacketIdentifier(0x100)
        let pes = ByteBuffer(hex: "000001c0 0009 8480 05 2100010001 aa")
        #expect(try demux(tables(then: payload(pes))).packets.first?.payload.hex == "aa")
        let cases: [(ByteBuffer, MPEGTSFault)] = [
            (packet("47010030" + "b8"), .malformedAdaptationField(identifier)),
            (packet("47010030" + "0610ffffffff"), .malformedAdaptationField(identifier)),
            (packet("47400010" + "b8"), .malformedSection(.programAssociation)),
            (packet("47400010" + "00" + "00bfff"), .malformedSection(.programAssociation)),
            (packet("47400010" + "00" + "00b000"), .wrongSectionChecksum(.programAssociation)),
            (payload(ByteBuffer(hex: "000101c0 0009 8480 05 2100010001 aa")), .malformedPESHeader(identifier)),
            (payload(ByteBuffer(hex: "000001c0 0009 8480 07 2100010001 aa")), .malformedPESHeader(identifier)),
            (payload(ByteBuffer(hex: "000001c0 0009 8440 05 1100010001 aa")), .malformedPESHeader(identifier)),
            (payload(ByteBuffer(hex: "000001c0 0009 84c0 05 3100010001 aa")), .malformedTimestamp(identifier)),
            (payload(ByteBuffer(hex: "000001c0 0009 8480 05 2100000001 aa")), .malformedTimestamp(identifier)),
        ]
        for (bytes, fault) in cases {
            #expect(throws: fault) { try demux(tables(then: bytes)) }
        }
    }

    @Test("a PES packet without a length ends where the next begins, and at the end")
    func openLength() throws {
        let pes = payload(ByteBuffer(hex: "000001e0 0000 8480 05 2100010001 bbcc"))
        var second = pes
        second.setInteger(UInt8(0x31), at: second.readerIndex + 3)
        var both = pes
        both.writeImmutableBuffer(second)
        #expect(try demux(tables(then: both)).packets.map(\.payload.hex) == ["bbcc", "bbcc"])
    }

    @Test("a PES packet that never ends is refused at the limit")
    func endlessPacket() throws {
        var demuxer = TransportStreamDemuxer()
        var events: [TransportStreamDemuxer.Event] = []
        try demuxer.receive(tables(then: payload(ByteBuffer(hex: "000001e0 0000 8480 05 2100010001"))), into: &events)
        var counter: UInt8 = 1
        #expect(throws: MPEGTSFault.pesPacketTooLong(PacketIdentifier(0x100))) {
            for _ in 0...TransportStreamDemuxer.longestPESPacket / 184 {
                try demuxer.receive(
                    ByteBuffer(bytes: [0x47, 0x01, 0x00, 0x10 | counter] + Array(repeating: 0, count: 184)),
                    into: &events)
                counter = (counter + 1) & 0x0F
            }
        }
    }

    @Test("a stream with any byte changed is read or refused, and never traps")
    func corruption() throws {
        let bytes = try Self.stream()
        for index in bytes.readableBytesView.indices {
            for value: UInt8 in [0, 0x47, 0x7F, 0xFF] {
                var changed = bytes
                changed.setInteger(value, at: index)
                _ = try? demux(changed)  // either is right: only a trap is wrong
            }
        }
    }

    @Test("random packets and random tables are read or refused, and never trap")
    func randomPackets() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var bytes = ByteBuffer()
            for _ in 0..<20 {
                var packet = (0..<188).map { _ in UInt8.random(in: 0...255, using: &generator) }
                packet[0] = 0x47
                packet[1] = Bool.random(using: &generator) ? 0x40 : 0
                packet[2] = 0
                bytes.writeBytes(packet)
            }
            _ = try? demux(bytes)  // either is right: only a trap is wrong
        }
    }

    /// A packet that begins with `hex` and goes on with ones.
    private func packet(_ hex: String) -> ByteBuffer {
        var bytes = ByteBuffer(hex: hex)
        bytes.writeRepeatingByte(0xFF, count: 188 - bytes.readableBytes)
        return bytes
    }

    /// A packet of the first track, with counter 0, whose payload is exactly `pes`.
    private func payload(_ pes: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer(hex: "47410030")
        let field = 184 - pes.readableBytes
        bytes.writeMultipleIntegers(UInt8(field - 1), UInt8(0))
        bytes.writeRepeatingByte(0xFF, count: field - 2)
        bytes.writeImmutableBuffer(pes)
        return bytes
    }

    private func tables(then bytes: ByteBuffer) throws -> ByteBuffer {
        var muxer = try TransportStreamMuxer(tracks: [mp3Track()])
        var whole = ByteBuffer()
        muxer.beginSegment(into: &whole)
        whole.writeImmutableBuffer(bytes)
        return whole
    }
}
