import AMF
import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Data messages of publishers")
struct DataMessageStories {
    static let plain: [AMF0Value] = ["onMetaData", ["width": 64]]

    @Test(
        "metadata come out alike in whatever form they came",
        arguments: [
            RTMPMessage.data(plain),
            .data(["@setDataFrame"] + plain),
            .data([0, 1, "@setDataFrame"] + plain),
            .data(["@setDataFrame", "@setDataFrame"] + plain),
            .data(["@setDataFrame"] + plain, type: .dataAMF3),
            .data(plain, on: 0),
        ])
    func forms(message: RTMPMessage) throws {
        let probe = try ServerProbe.publishing()
        try probe.send(message)
        var expected = ByteBuffer()
        expected.writeAMF0(Self.plain)
        #expect(probe.media == [RTMPMedia(kind: .data, timestamp: 0, messageStreamID: 1, payload: expected)])
    }

    @Test("@clearDataFrame is reported in its place among the media")
    func cleared() throws {
        var order: [String] = []
        let probe = try ServerProbe.publishing()
        probe.owner = { event in
            switch event {
            case .media(let messages): order.append("\(messages.count)")
            case .metadataCleared: order.append("cleared")
            default: break
            }
            return []
        }
        try probe.send(
            .data(Self.plain), .audio("af01"), .data(["@clearDataFrame", "onMetaData"]), .audio("af01"))
        #expect(order == ["2", "cleared", "1"])
    }

    @Test(
        "data that are no AMF, such as FFmpeg's time code, are dropped", arguments: ["00000010", "", "0a", "02ffff61"])
    func junk(hex: String) throws {
        let probe = try ServerProbe.publishing()
        try probe.send(
            RTMPMessage(type: .data, timestamp: 0, messageStreamID: 1, payload: ByteBuffer(hex: hex)))
        #expect(probe.media.isEmpty)
        #expect(!probe.isClosed)
    }

    @Test("aggregate messages are taken apart")
    func aggregate() throws {
        let probe = try ServerProbe.publishing()
        let aggregate = """
            08 000002 000064 00 000000 af01 0000000d
            09 000005 000078 00 000000 2701000000 00000010
            """
        try probe.send(
            RTMPMessage(type: .aggregate, timestamp: 5000, messageStreamID: 1, payload: ByteBuffer(hex: aggregate)))
        #expect(probe.media.map(\.kind) == [.audio, .video])
        #expect(probe.media.map(\.timestamp) == [5000, 5020])
    }
}
