import NIOCore
import RTMPSession
import TestSupport
import Testing

/// Messages as real peers send them, one chunk each, first on their chunk stream.
struct WireTemplate: CustomTestStringConvertible {
    let name: String
    let chunkStreamID: UInt32
    let message: RTMPMessage
    let bytes: ByteBuffer

    var testDescription: String { name }

    init(
        _ name: String, _ header: String, _ payload: String, chunkStreamID: UInt32, _ type: RTMPMessageType,
        timestamp: UInt32 = 0, stream: UInt32 = 0
    ) {
        self.name = name
        self.chunkStreamID = chunkStreamID
        message = RTMPMessage(
            type: type, timestamp: timestamp, messageStreamID: stream, payload: ByteBuffer(hex: payload))
        bytes = ByteBuffer(hex: header + payload)
    }

    static let all: [WireTemplate] = [
        .init("SetChunkSize 4096", "02 000000 000004 01 00000000", "00001000", chunkStreamID: 2, .setChunkSize),
        .init(
            "WindowAckSize 2500000", "02 000000 000004 05 00000000", "002625a0", chunkStreamID: 2,
            .windowAcknowledgementSize),
        .init(
            "SetPeerBandwidth 2500000 dynamic", "02 000000 000005 06 00000000", "002625a0 02", chunkStreamID: 2,
            .setPeerBandwidth),
        .init("StreamBegin 0", "02 000000 000006 04 00000000", "0000 00000000", chunkStreamID: 2, .userControl),
        .init("Ping 1000", "02 000000 000006 04 00000000", "0006 000003e8", chunkStreamID: 2, .userControl),
        .init("Abort csid 4", "02 000000 000004 02 00000000", "00000004", chunkStreamID: 2, .abort),
        .init(
            "connect", "03 000000 00006a 14 00000000",
            """
            020007636f6e6e656374 003ff0000000000000 03 0003617070 0200046c697665 000474797065 02000a6e6f6e70726976617465
            0008666c617368566572 020008464d4c452f332e30 0005746355726c
            02001572746d703a2f2f3132372e302e302e312f6c697665 000009
            """, chunkStreamID: 3, .command),
        .init(
            "releaseStream", "03 000000 000020 14 00000000",
            "02000d72656c6561736553747265616d 004000000000000000 05 0200036b6579", chunkStreamID: 3, .command),
        .init(
            "createStream", "03 000000 000019 14 00000000", "02000c63726561746553747265616d 004010000000000000 05",
            chunkStreamID: 3, .command),
        .init(
            "publish", "08 000000 000021 14 01000000",
            "0200077075626c697368 004014000000000000 05 0200036b6579 0200046c697665", chunkStreamID: 8, .command,
            stream: 1),
        .init(
            "play", "08 000000 000020 14 01000000",
            "020004706c6179 004014000000000000 05 0200036b6579 00c09f400000000000", chunkStreamID: 8, .command,
            stream: 1),
        .init(
            "AVC header", "06 000000 00002a 09 01000000",
            """
            1700000000 0142c00affe10016 6742c00ada11ec044000000300400000030283c489a8 010004 68ce0fc8
            """, chunkStreamID: 6, .video, stream: 1),
        .init(
            "IDR frame", "06 000000 000019 09 01000000",
            "1701000000 00000010 6588843a26280c9c9c9d75d75d75d75e", chunkStreamID: 6, .video, stream: 1),
        .init(
            "P frame", "06 0000c8 00000f 09 01000000", "2701000000 00000006 419a2015a1b0", chunkStreamID: 6, .video,
            timestamp: 200, stream: 1),
        .init("AAC header", "04 000000 000004 08 01000000", "af00 1210", chunkStreamID: 4, .audio, stream: 1),
        .init(
            "AAC frame", "04 000000 000008 08 01000000", "af01 211004608c1c", chunkStreamID: 4, .audio, stream: 1),
        .init(
            "deleteStream", "03 000000 000022 14 00000000",
            "02000c64656c65746553747265616d 004018000000000000 05 003ff0000000000000", chunkStreamID: 3, .command),
    ]
}

@Suite("Wire templates")
struct WireTemplateTests {
    @Test("each template reads as its message, however it is cut", arguments: WireTemplate.all)
    func reads(_ template: WireTemplate) throws {
        try expectMessages([template.message], in: template.bytes)
    }

    @Test("each message is written as its template", arguments: WireTemplate.all)
    func writes(_ template: WireTemplate) {
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        writer.write(template.message, chunkStreamID: template.chunkStreamID, into: &bytes)
        #expect(bytes.hex == template.bytes.hex)

        var independent = ByteBuffer()
        IndependentChunks.write(
            type: template.message.type, timestamp: template.message.timestamp,
            messageStreamID: template.message.messageStreamID, chunkStreamID: template.chunkStreamID,
            prefix: template.message.payload.part(0, 2),
            payload: template.message.payload.part(2, template.message.payload.readableBytes), chunkSize: 128,
            into: &independent)
        #expect(independent.hex == template.bytes.hex)
    }

    @Test("all templates in one buffer read one after the other")
    func readsAll() throws {
        // Set Chunk Size and Abort among them change nothing for messages of one chunk.
        var bytes = ByteBuffer()
        for template in WireTemplate.all { bytes.writeImmutableBuffer(template.bytes) }
        try expectMessages(WireTemplate.all.map(\.message), in: bytes)
    }
}
