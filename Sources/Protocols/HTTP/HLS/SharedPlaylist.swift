import NIOConcurrencyHelpers
import NIOCore
import SegmentPackaging

/// One state of a playlist in the forms in which it is sent, each made when it is first asked for.
///
/// What a player gets for itself, with its id or what lets it in, is made of what all share.
final class SharedPlaylist: Sendable {
    /// The text in one piece.
    let text: ByteBuffer
    private let gzipForm = NIOLockedValueBox<ByteBuffer?>(nil)
    private let templateForm = NIOLockedValueBox<PlaylistTemplate?>(nil)
    /// What goes before the rendition reports.
    private let beginningForm = NIOLockedValueBox<Gzip.Beginning?>(nil)

    init(_ pieces: [ByteBuffer]) {
        text = pieces.joined
    }

    /// The bytes for a player, compressed where it takes that.
    func body(
        with additions: PlaylistTemplate.Additions, acceptsGzip: Bool
    ) -> (bytes: ByteBuffer, isCompressed: Bool) {
        guard !additions.areNone, let template = once(templateForm, { PlaylistTemplate(text) }),
            template.isChanged(by: additions)
        else {
            let gzip = acceptsGzip ? once(gzipForm) { Gzip.compress(text) } : nil
            return (gzip ?? text, gzip != nil)
        }
        guard acceptsGzip else { return (template.written(with: additions), false) }
        if additions.concernReportsAlone, let beginning = once(beginningForm, { beginning(of: template) }) {
            let end = template.written(with: additions, from: template.lengthBeforeReports)
            if let member = beginning.ended(with: end) { return (member, true) }
        }
        let own = template.written(with: additions)
        let gzip = Gzip.compress(own)
        return (gzip ?? own, gzip != nil)
    }

    private func beginning(of template: PlaylistTemplate) -> Gzip.Beginning? {
        text.getSlice(at: text.readerIndex, length: template.lengthBeforeReports).flatMap { Gzip.Beginning($0) }
    }

    /// What a form holds, made if it holds nothing yet.
    ///
    /// Made outside the lock: rather twice at the same time than that one waits for another.
    private func once<Form: Sendable>(_ form: NIOLockedValueBox<Form?>, _ make: () -> Form?) -> Form? {
        if let known = form.withLockedValue({ $0 }) { return known }
        let made = make()
        form.withLockedValue { $0 = made }
        return made
    }
}
