import FLV
import NIOCore
import NIOFileSystem
import NIOHTTP1
import NIOPosix

/// The tags of an FLV file, read as they are asked for.
struct FLVFileSource {
    private static let blockBytes: Int64 = 256 << 10

    private let handle: ReadFileHandle
    private var offset: Int64 = 0
    private var reader = FLVFileReader()

    /// Opens a file for as long as `body` runs.
    static func withFile<Result>(
        at path: String, _ body: (inout FLVFileSource) async throws -> Result
    ) async throws -> Result {
        try await FileSystem.shared.withFileHandle(forReadingAt: FilePath(path)) { handle in
            var source = FLVFileSource(handle: handle)
            return try await body(&source)
        }
    }

    private init(handle: ReadFileHandle) {
        self.handle = handle
    }

    mutating func next() async throws -> FLVTag? {
        while true {
            if let tag = try reader.nextTag() { return tag }
            let block = try await handle.readChunk(fromAbsoluteOffset: offset, length: .bytes(Self.blockBytes))
            guard block.readableBytes > 0 else { return nil }
            offset += Int64(block.readableBytes)
            reader.append(block)
        }
    }
}

/// The tags of a live FLV stream over plain HTTP.
enum HTTPFLVSource {
    /// Why there is no stream.
    enum Failure: Error, CustomStringConvertible {
        case notHTTP(String)
        case status(Int)

        var description: String {
            switch self {
            case .notHTTP(let url): "\(url) is no plain http:// address"
            case .status(let code): "the server answered with status \(code)"
            }
        }
    }

    /// Calls `body` with each tag until it returns false or the stream ends.
    static func forEachTag(of url: String, _ body: (FLVTag) throws -> Bool) async throws {
        let (host, port, target) = try parse(url)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target)
            head.headers.add(name: "Host", value: "\(host):\(port)")
            try await outbound.write(.head(head))
            try await outbound.write(.end(nil))
            var reader = FLVFileReader()
            for try await part in inbound {
                switch part {
                case .head(let head):
                    guard head.status == .ok else { throw Failure.status(Int(head.status.code)) }
                case .body(let bytes):
                    reader.append(bytes)
                    while let tag = try reader.nextTag() {
                        guard try body(tag) else { return }
                    }
                case .end:
                    return
                }
            }
        }
    }

    private static func parse(_ url: String) throws -> (host: String, port: Int, target: String) {
        guard url.hasPrefix("http://") else { throw Failure.notHTTP(url) }
        let rest = url.dropFirst(7)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        let target = slash == rest.endIndex ? "/" : String(rest[slash...])
        if let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]) {
            let host = authority[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
            return (String(host), port, target)
        }
        return (String(authority), 80, target)
    }
}
