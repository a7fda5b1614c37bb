import FLV
import NIOCore
import NIOHTTP1
import NIOPosix
import TextCoding

/// The tags of a live FLV stream over plain HTTP.
enum HTTPFLVSource {
    /// Calls `body` with each tag until it returns false or the stream ends.
    ///
    /// - Throws: `CommandFailure`.
    static func forEachTag(of address: HTTPAddress, _ body: (FLVTag) throws -> Bool) async throws {
        do {
            try await read(address, body)
        } catch {
            throw CommandSubject.http(address).failure(error)
        }
    }

    private static func read(_ address: HTTPAddress, _ body: (FLVTag) throws -> Bool) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target)
            head.headers.add(name: "Host", value: address.authority)
            try await outbound.write(.head(head))
            try await outbound.write(.end(nil))
            var reader = FLVFileReader()
            var isAnswered = false
            var refusal: Refusal?
            for try await part in inbound {
                switch part {
                case .head(let head):
                    isAnswered = true
                    if head.status != .ok { refusal = Refusal(head) }
                case .body(let bytes) where refusal != nil:
                    refusal?.append(bytes)
                case .body(let bytes):
                    reader.append(bytes)
                    while let tag = try reader.nextTag() {
                        guard try body(tag) else { return }
                    }
                case .end:
                    if let refusal { throw refusal.failure(of: address) }
                    return
                }
            }
            if let refusal { throw refusal.failure(of: address) }
            if !isAnswered { throw CommandSubject.http(address).silence }
        }
    }
}

/// What a server answers instead of a stream.
private struct Refusal {
    /// Bytes of the answer that are kept: 1 KiB, in which each of our own fits.
    private static let mostBytes = 1 << 10
    /// Characters of the reason: two lines of a terminal.
    private static let mostCharacters = 160

    private let status: HTTPResponseStatus
    /// Whether the body is for people to read as it stands.
    private let isText: Bool
    private var body = ByteBuffer()

    init(_ head: HTTPResponseHead) {
        status = head.status
        isText = head.headers.first(name: "Content-Type")?.lowercased().hasPrefix("text/plain") ?? false
    }

    mutating func append(_ bytes: ByteBuffer) {
        let room = Self.mostBytes - body.readableBytes
        body.writeBytes(bytes.readableBytesView.prefix(max(0, room)))
    }

    func failure(of address: HTTPAddress) -> CommandFailure {
        let reason = self.reason
        return CommandFailure(
            "\(address.authority) answers with \(status.code) \(status.reasonPhrase)"
                + (reason.isEmpty ? "" : ": \(reason)"))
    }

    /// The first line of the body, without what could trouble a terminal.
    private var reason: String {
        guard isText else { return "" }
        let line = String(decoding: body.readableBytesView, as: UTF8.self).prefix { !$0.isNewline }
        return String(
            line.prefix(Self.mostCharacters).filter { character in
                !character.unicodeScalars.contains(where: \.isUnsafeInLine)
            })
    }
}
