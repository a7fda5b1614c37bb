import FLV
import NIOCore
import TestSupport
import Testing

@Suite("Enhanced RTMP: several tracks in a message")
struct ExTrackPacketTests {
    private static let first = ExTrackPacket(trackID: 0, fourCC: .avc, body: ByteBuffer(hex: "010203"))
    private static let empty = ExTrackPacket(trackID: 7, fourCC: .avc, body: ByteBuffer())
    private static let other = ExTrackPacket(trackID: 255, fourCC: .av1, body: ByteBuffer(hex: "aa"))

    @Test(
        "each layout is written as it is read",
        arguments: [
            (ExTrackLayout.defaultTrack(.avc), [first], "010203"), (.oneTrack(.avc), [first], "00 010203"),
            (.oneTrack(.avc), [empty], "07"),
            (.manyTracks(.avc), [first, empty], "00 000003 010203 07 000000"), (.manyTracks(.avc), [], ""),
            (
                .manyTracksManyCodecs, [first, other, empty],
                "61766331 00 000003 010203 61763031 ff 000001 aa 61766331 07 000000"
            ),
        ])
    func layouts(layout: ExTrackLayout, packets: [ExTrackPacket], hex: String) throws {
        let body = ByteBuffer(hex: hex)
        #expect(Array(try ExTrackPackets(body, layout: layout)) == packets)
        var written = ByteBuffer()
        for packet in packets { written.writeExTrackPacket(packet, in: layout) }
        #expect(written == body)
    }

    @Test("what runs past the end costs the whole message")
    func faults() {
        #expect(fault("00 000004 010203", .manyTracks(.avc)) == .trackBeyondEnd(trackID: 0, size: 4))
        #expect(fault("00 000000 09 ffffff 010203", .manyTracks(.avc)) == .trackBeyondEnd(trackID: 9, size: 0xFF_FFFF))
        #expect(fault("00 0000", .manyTracks(.avc)) == .truncatedHeader)
        #expect(fault("", .oneTrack(.avc)) == .truncatedHeader)
        #expect(fault("617663", .manyTracksManyCodecs) == .truncatedHeader)
        #expect(fault("61766331", .manyTracksManyCodecs) == .truncatedHeader)
        #expect(fault(String(repeating: "01 000000", count: 256), .manyTracks(.avc)) == nil)
        #expect(fault(String(repeating: "01 000000", count: 257), .manyTracks(.avc)) == .tooManyTracksInMessage)
    }

    private func fault(_ hex: String, _ layout: ExTrackLayout) -> FLVFault? {
        do throws(FLVFault) {
            _ = try ExTrackPackets(ByteBuffer(hex: hex), layout: layout)
            return nil
        } catch {
            return error
        }
    }

    @Test("a body that is longer than 24 bits can say is not written")
    func tooLong() {
        var bytes = ByteBuffer()
        let isWritten = bytes.writeExTrackHeader(
            trackID: 1, fourCC: .avc, length: 1 << 24, in: .manyTracks(.avc))
        #expect(!isWritten)
        #expect(bytes.readableBytes == 0)
    }
}
