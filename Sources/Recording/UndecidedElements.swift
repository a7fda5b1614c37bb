import MediaModel
import NIOCore

/// What a stream brings until it is known whether it is recorded.
struct UndecidedElements {
    /// Bytes at most: 4 MiB of frames, messages, and configurations of tracks.
    ///
    /// The catalogue answers in milliseconds. Of a stream that brings more until then, the recording begins later.
    static let mostBytes = 4 << 20
    /// Elements at most: 2,000.
    static let mostElements = 2_000

    private(set) var elements: [(element: StreamElement, wallclock: Int64)] = []
    private var bytes = 0

    /// Begins with nothing.
    init() {}

    /// Begins with what the stream is now, which is held beside this anyway.
    init(_ tracks: [Track], _ metadata: DataMessage?, wallclock: Int64) {
        elements = [(.tracks(tracks), wallclock)]
        if let metadata { elements.append((.metadata(metadata), wallclock)) }
    }

    /// Keeps an element; `false` where it has no room.
    mutating func append(_ element: StreamElement, wallclock: Int64) -> Bool {
        let length = element.byteCount
        guard bytes + length <= Self.mostBytes, elements.count < Self.mostElements else { return false }
        bytes += length
        elements.append((element, wallclock))
        return true
    }
}
