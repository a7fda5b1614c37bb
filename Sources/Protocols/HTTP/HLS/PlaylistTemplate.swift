import NIOCore

/// A playlist's text and where its addresses stand, so that they can be made right for the URL that it is served under, and
/// for the player that it is served to.
///
/// The addresses are sought once for all players; what differs is put between copies of what does not.
struct PlaylistTemplate: Sendable {
    /// What addresses are given beyond what stands there.
    struct Additions {
        /// Goes before every address.
        var base = ""
        /// Goes behind every address, as its query.
        var query = ""
        /// Names the viewer in the addresses of rendition reports, which are compared with those of the Multivariant
        /// Playlist (RFC 8216bis §4.4.5.4), where they name the viewer too.
        var viewer: String?

        /// Whether nothing is added.
        var areNone: Bool { concernReportsAlone && viewer == nil }

        /// Whether addresses in reports alone are given any.
        var concernReportsAlone: Bool { base.isEmpty && query.isEmpty }

        /// Those of an address in a playlist's own lines, and those of one in a report.
        fileprivate var queries: (own: String, report: String) {
            guard let viewer else { return (query, query) }
            let name = "\(ViewerIdentity.queryName)=\(viewer)"
            return (query, query.isEmpty ? name : "\(name)&\(query)")
        }
    }

    /// Whole lines that are no tags, and quoted `URI` attributes; offsets count from the text's reader index.
    private struct Address {
        var start: Int
        var end: Int
        var hasQuery: Bool
        var isInReport: Bool
    }

    private static let reportTag = Array("#EXT-X-RENDITION-REPORT:".utf8)
    private static let attribute = Array(#"URI=""#.utf8)

    let text: ByteBuffer
    /// How many bytes go before the first rendition report.
    private(set) var lengthBeforeReports: Int
    private var addresses: [Address] = []

    init(_ text: ByteBuffer) {
        self.text = text.slice()
        lengthBeforeReports = text.readableBytes
        self.text.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while let first = rest.first {
                let line = rest.prefix { $0 != UInt8(ascii: "\n") }
                if first == UInt8(ascii: "#") { noteAttributes(of: line) } else { note(line, isInReport: false) }
                rest = rest.dropFirst(line.count + 1)
            }
        }
    }

    private mutating func noteAttributes(of tag: Slice<UnsafeRawBufferPointer>) {
        let isReport = tag.starts(with: Self.reportTag)
        if isReport { lengthBeforeReports = min(lengthBeforeReports, tag.startIndex) }
        var rest = tag
        while rest.count > Self.attribute.count {
            guard rest.starts(with: Self.attribute) else {
                rest = rest.dropFirst()
                continue
            }
            let address = rest.dropFirst(Self.attribute.count).prefix { $0 != UInt8(ascii: #"""#) }
            note(address, isInReport: isReport)
            rest = rest[address.endIndex...]
        }
    }

    private mutating func note(_ address: Slice<UnsafeRawBufferPointer>, isInReport: Bool) {
        guard !address.isEmpty else { return }
        addresses.append(
            Address(
                start: address.startIndex, end: address.endIndex, hasQuery: address.contains(UInt8(ascii: "?")),
                isInReport: isInReport))
    }

    /// Whether the text becomes another by what is added.
    func isChanged(by additions: Additions) -> Bool {
        additions.concernReportsAlone
            ? additions.viewer != nil && lengthBeforeReports < text.readableBytes : !addresses.isEmpty
    }

    /// The text with what is added to its addresses, from an offset on that is in none of them.
    func written(with additions: Additions, from start: Int = 0) -> ByteBuffer {
        let queries = additions.queries
        let addresses = addresses.drop { $0.start < start }
        let mostAdded = additions.base.utf8.count + queries.report.utf8.count + 1
        var written = ByteBufferAllocator().buffer(
            capacity: text.readableBytes - start + addresses.count * mostAdded)
        var copied = start
        func copy(to end: Int) {
            text.withUnsafeReadableBytes { _ = written.writeBytes($0[copied..<end]) }
            copied = end
        }
        for address in addresses {
            if !additions.base.isEmpty {
                copy(to: address.start)
                written.writeString(additions.base)
            }
            let query = address.isInReport ? queries.report : queries.own
            if !query.isEmpty {
                copy(to: address.end)
                written.writeInteger(address.hasQuery ? UInt8(ascii: "&") : UInt8(ascii: "?"))
                written.writeString(query)
            }
        }
        copy(to: text.readableBytes)
        return written
    }
}
