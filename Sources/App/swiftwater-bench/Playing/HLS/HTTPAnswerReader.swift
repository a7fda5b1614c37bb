import NIOCore

/// Reads the answers of HTTP/1.1 on a connection that is kept open: the head, and the body by its length or in chunks.
struct HTTPAnswerReader {
    struct Answer {
        var status: Int
        var body: ByteBuffer
    }

    enum Fault: Error, Equatable {
        /// A head longer than 16 KiB, or one that is none.
        case head
        /// A body without a length, or longer than 64 MiB.
        case length
        /// A chunk that does not begin with its size.
        case chunk
    }

    private static let longestHead = 16 << 10
    private static let longestBody = 64 << 20

    private enum State {
        case head
        case body(status: Int, length: Int)
        case chunkSize(status: Int)
        /// The rest of a chunk and the line end behind it.
        case chunk(status: Int, length: Int)
        case trailer(status: Int)
    }

    private var state = State.head
    private var bytes = ByteBuffer()
    private var body = ByteBuffer()

    mutating func append(_ more: ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = more
        } else {
            bytes.writeImmutableBuffer(more)
        }
    }

    /// The next answer, once it is whole.
    mutating func next() throws(Fault) -> Answer? {
        while true {
            switch state {
            case .head:
                guard let head = try line(endingWith: "\r\n\r\n") else { return nil }
                state = try Self.bodyState(of: head)
                body = ByteBuffer()
                if case .body(_, let length) = state { body.reserveCapacity(length) }
            case .body(let status, let length):
                move(length - body.readableBytes)
                guard body.readableBytes == length else { return nil }
                state = .head
                return Answer(status: status, body: body)
            case .chunkSize(let status):
                guard let text = try line(endingWith: "\r\n") else { return nil }
                guard let length = Int(text.prefix { $0.isHexDigit }, radix: 16), length >= 0,
                    body.readableBytes + length <= Self.longestBody
                else { throw .chunk }
                state = length == 0 ? .trailer(status: status) : .chunk(status: status, length: length)
            case .chunk(let status, let length):
                guard bytes.readableBytes >= length + 2 else { return nil }
                move(length)
                bytes.moveReaderIndex(forwardBy: 2)
                state = .chunkSize(status: status)
            case .trailer(let status):
                guard let text = try line(endingWith: "\r\n") else { return nil }
                guard text.isEmpty else { continue }
                state = .head
                return Answer(status: status, body: body)
            }
        }
    }

    private mutating func move(_ count: Int) {
        guard var piece = bytes.readSlice(length: min(count, bytes.readableBytes)) else { return }
        body.writeBuffer(&piece)
    }

    /// Takes the text before `end`, which is passed over.
    private mutating func line(endingWith end: String) throws(Fault) -> String? {
        let view = bytes.readableBytesView
        guard let range = view.prefix(Self.longestHead).firstRange(of: Array(end.utf8)) else {
            if view.count >= Self.longestHead { throw .head }
            return nil
        }
        let text = String(decoding: view[..<range.lowerBound], as: UTF8.self)
        bytes.moveReaderIndex(forwardBy: range.upperBound - view.startIndex)
        return text
    }

    private static func bodyState(of head: String) throws(Fault) -> State {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw .head }
        if status == 204 || status == 304 { return .body(status: status, length: 0) }
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = pair[1].drop { $0 == " " }
            switch pair[0].lowercased() {
            case "transfer-encoding" where value.lowercased() == "chunked": return .chunkSize(status: status)
            case "content-length":
                guard let length = Int(value), (0...longestBody).contains(length) else { throw .length }
                return .body(status: status, length: length)
            default: continue
            }
        }
        throw .length
    }
}
