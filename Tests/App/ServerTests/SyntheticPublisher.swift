import NIOCore
import RTMPEndpoint
import RTMPSession
import TestSupport
import Testing

/// A publisher of small frames that a decoder would take: H.264 of 64×48 pixels, and silent AAC.
final class SyntheticPublisher {
    static let videoHeader = ByteBuffer(
        hex: "1700000000 0142c00affe10016 6742c00ada11ec044000000300400000030283c489a8 010004 68ce0fc8")
    static let audioHeader = ByteBuffer(hex: "af00 1210")
    static let text = ByteBuffer(
        hex: "02000a 6f6e5465787444617461 03 0004 74657874 02 0005 68656c6c6f 000009")
    static let cuePoint = ByteBuffer(
        hex: "02000a 6f6e437565506f696e74 03 0004 6e616d65 02 0003 6f6e65 000009")
    static let metadata = ByteBuffer(
        hex: "02000a 6f6e4d65746144617461 08 00000001 0005 7769647468 004050000000000000 000009")
    private static let keyframe = "1701000000 00000010 6588843a26280c9c9c9d75d75d75d75e"
    private static let interframe = "2701000000 00000006 419a2015a1b0"
    private static let silence = ByteBuffer(hex: "af01 211004608c1c")

    let client: RTMPClient
    private var events: AsyncStream<RTMPClientSession.Event>.Iterator
    private(set) var messageStreamID: UInt32 = 0
    private(set) var sent: [RTMPMedia] = []
    /// The timestamp of the next frame, in milliseconds.
    var time: UInt32
    private var pictureCount: UInt32 = 0

    private init(client: RTMPClient, time: UInt32) {
        self.client = client
        self.time = time
        events = client.events.makeAsyncIterator()
    }

    /// Connects and publishes; throws `Refused` when the server says no.
    static func begin(_ path: String, on server: RunningServer, at time: UInt32 = 0) async throws -> SyntheticPublisher
    {
        let client = try await server.client(path)
        let publisher = SyntheticPublisher(client: client, time: time)
        client.perform(.publish(name: try server.url(path).streamName))
        while let event = await publisher.events.next() {
            switch event {
            case .publishStarted(let messageStreamID):
                publisher.messageStreamID = messageStreamID
                return publisher
            case .failed(let code, let description):
                throw Refused(code: code, description: description)
            default:
                continue
            }
        }
        throw Refused(code: .connectClosed, description: "closed")
    }

    struct Refused: Error {
        let code: RTMPStatusCode
        let description: String
    }

    func sendHeaders() async throws {
        try await send([media(.video, Self.videoHeader), media(.audio, Self.audioHeader)])
    }

    /// Sends a group of pictures, 40 ms apart, with a frame of sound for each.
    ///
    /// Every picture has a number of its own in its last bytes.
    func sendGroup(of count: Int = 25, padding: Int = 0) async throws {
        var group: [RTMPMedia] = []
        for index in 0..<count {
            var picture = ByteBuffer(hex: index == 0 ? Self.keyframe : Self.interframe)
            if padding > 0 {
                // A filler data NAL unit (type 12) makes the frame as large as is wanted.
                picture.writeInteger(UInt32(padding))
                picture.writeInteger(UInt8(12))
                picture.writeRepeatingByte(0xFF, count: padding - 1)
            }
            // So that no two pictures are the same, another one with a number.
            pictureCount += 1
            picture.writeMultipleIntegers(UInt32(6), UInt8(12), pictureCount, UInt8(0x80))
            group.append(media(.video, picture))
            group.append(media(.audio, Self.silence))
            time += 40
        }
        try await send(group)
    }

    /// Sends a sequence header, metadata or another data message.
    func send(_ kind: RTMPMedia.Kind, _ payload: ByteBuffer) async throws {
        try await send([media(kind, payload)])
    }

    func end() async {
        client.perform(.deleteStream(messageStreamID: messageStreamID))
        await client.close()
    }

    /// Goes away without a word.
    func vanish() async {
        await client.abandon()
    }

    /// What the server says to the publisher, once something ends it.
    func ending() async -> RTMPStatusCode? {
        while let event = await events.next() {
            if case .failed(let code, _) = event { return code }
        }
        return nil
    }

    private func send(_ media: [RTMPMedia]) async throws {
        try await client.send(media)
        sent += media
    }

    private func media(_ kind: RTMPMedia.Kind, _ payload: ByteBuffer) -> RTMPMedia {
        RTMPMedia(kind: kind, timestamp: time, messageStreamID: messageStreamID, payload: payload)
    }
}

/// A player that keeps what it gets.
final class SyntheticPlayer: Sendable {
    enum Outcome: Sendable, Equatable {
        case ended
        case failed(RTMPStatusCode)
        case closed
    }

    let client: RTMPClient
    private let reading: Task<Outcome, Never>
    private let state = State()

    private actor State {
        var media: [RTMPMedia] = []
        var hasStarted = false
        var messageStreamID: UInt32?
        var statuses: [RTMPStatusCode] = []
        func take(_ new: [RTMPMedia]) { media += new }
        func start(_ id: UInt32) {
            hasStarted = true
            messageStreamID = id
        }
        func note(_ status: RTMPStatusCode) { statuses.append(status) }
    }

    private init(client: RTMPClient) {
        self.client = client
        reading = Task { [state] in
            for await event in client.events {
                switch event {
                case .media(let media): await state.take(media)
                case .playStarted(let messageStreamID): await state.start(messageStreamID)
                case .status(_, let status): await state.note(status.code)
                case .ended: return .ended
                case .failed(let code, _): return .failed(code)
                default: continue
                }
            }
            return .closed
        }
    }

    static func begin(_ path: String, on server: RunningServer) async throws -> SyntheticPlayer {
        let client = try await server.client(path)
        client.perform(.play(name: try server.url(path).streamName))
        return SyntheticPlayer(client: client)
    }

    var media: [RTMPMedia] { get async { await state.media } }
    var hasStarted: Bool { get async { await state.hasStarted } }
    var statuses: [RTMPStatusCode] { get async { await state.statuses } }
    var messageStreamID: UInt32? { get async { await state.messageStreamID } }
    var outcome: Outcome { get async { await reading.value } }

    func frames(_ kind: RTMPMedia.Kind) async -> [ByteBuffer] {
        await media.filter { $0.kind == kind }.map(\.payload)
    }

    func close() async {
        await client.close()
    }
}
