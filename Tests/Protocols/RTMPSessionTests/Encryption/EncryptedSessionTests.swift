import NIOCore
import TestSupport
import Testing

@testable import RTMPSession

@Suite("Sessions of encrypted RTMP")
struct EncryptedSessionTests {
    private func media(_ kind: RTMPMedia.Kind, _ bytes: Int) -> RTMPMedia {
        RTMPMedia(
            kind: kind, timestamp: 40, messageStreamID: 1,
            payload: ByteBuffer(repeating: kind == .audio ? 0xAF : 0x17, count: bytes))
    }

    @Test("a publish goes through, and nothing of it can be read on the wire")
    func publish() throws {
        let pair = try SessionPair(cryptography: ToyCryptography())
        try pair.client(.publish(name: "key"))
        #expect(pair.clientHeard.last == .publishStarted(messageStreamID: 1))
        let sent = [media(.audio, 300), media(.video, 200_000), media(.audio, 5)]
        for message in sent { try pair.client(.send(message)) }
        #expect(pair.serverMedia == sent)
        #expect(pair.wire.readableBytes > 200_000)
        let mark = [UInt8](repeating: 0x17, count: 12)
        #expect(pair.wire.readableBytesView.firstRange(of: mark) == nil)
        #expect(pair.wire.readableBytesView.firstRange(of: Array("connect".utf8)) == nil)
    }

    @Test("what the owner writes past the session is sealed with what the session writes, in one stream")
    func play() throws {
        let pair = try SessionPair(cryptography: ToyCryptography())
        try pair.client(.play(name: "key"))
        #expect(pair.clientHeard.last == .playStarted(messageStreamID: 1))
        let sent = [media(.audio, 300), media(.video, 100_000)]
        for message in sent {
            try pair.serverWrites(message)
            try pair.server(.ping(timestamp: 5))
        }
        #expect(pair.clientMedia == sent)
    }

    @Test("FFmpeg's publisher, which misreads it, is told no chunk size where it encrypts, until it plays")
    func chunkSize() throws {
        for (flashVersion, cryptography, isTold) in [
            ("Lavf62.3.100", ToyCryptography(), false), ("LNX 9,0,124,2", ToyCryptography(), true),
            ("Lavf62.3.100", nil, true),
        ] as [(String, ToyCryptography?, Bool)] {
            let pair = try SessionPair(cryptography: cryptography, flashVersion: flashVersion)
            try pair.client(.publish(name: "key"))
            #expect(pair.clientHeard.last == .publishStarted(messageStreamID: 1))
            #expect(pair.serverTellsChunkSize == isTold)
            try pair.client(.play(name: "key"))
            #expect(pair.serverTellsChunkSize)
            let sent = RTMPMedia(
                kind: .video, timestamp: 0, messageStreamID: 2, payload: ByteBuffer(repeating: 0x17, count: 70_000))
            try pair.serverWrites(sent)
            #expect(pair.clientMedia == [sent])
        }
    }

    @Test("without encryption sealing changes nothing")
    func plain() throws {
        var random = SeededGenerator(seed: 1)
        var session = RTMPServerSession(now: .uptimeNanoseconds(0), using: &random)
        let isEncrypted = session.isEncrypted
        let sealed = session.sealed(ByteBuffer(hex: "0102"))
        #expect(!isEncrypted)
        #expect(sealed.hex == "0102")
    }

    @Test("a client proves its SWF file by a hash that is known, and by no other")
    func swf() throws {
        let hash = [UInt8](repeating: 0xAB, count: 32)
        let challenge = [UInt8](repeating: 7, count: 32)
        let question = try #require(
            SWFVerification(challenge: challenge, hashes: [[UInt8](repeating: 1, count: 32), hash]))
        var answer = ByteBuffer(hex: "0101 00001000 00001000")
        answer.writeBytes(ExpectedDigest.hmac(challenge, hash))
        #expect(question.isProved(by: answer))
        #expect(!question.isProved(by: answer.getSlice(at: 0, length: 41) ?? answer))
        answer.setInteger(~(answer.getInteger(at: 20) ?? 0 as UInt8), at: 20)
        #expect(!question.isProved(by: answer))
        #expect(!question.isProved(by: ByteBuffer()))
        #expect(SWFVerification(challenge: challenge, hashes: []) == nil)
        #expect(SWFVerification(challenge: nil, hashes: [hash]) == nil)
    }
}
