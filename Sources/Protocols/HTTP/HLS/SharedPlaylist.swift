import NIOConcurrencyHelpers
import NIOCore
import SegmentPackaging

/// One state of a playlist in the forms in which it is sent, each made when it is first asked for.
///
/// What a player gets for itself, with its id or what lets it in, is made of what all share.
final class SharedPlaylist: Sendable {
    private struct Forms {
        var gzip: ByteBuffer?
        var template: PlaylistTemplate?
        /// What goes before the rendition reports.
        var beginning: Gzip.Beginning?
    }

    /// The text in one piece.
    let text: ByteBuffer
    private let forms = NIOLockedValueBox(Forms())

    init(_ pieces: [ByteBuffer]) {
        text = pieces.joined
    }

    /// As a gzip member; `nil` when the library declines.
    var gzip: ByteBuffer? {
        forms.withLockedValue { forms in
            if forms.gzip == nil { forms.gzip = Gzip.compress(text) }
            return forms.gzip
        }
    }

    /// The bytes for a player, compressed where it takes that.
    func body(
        with additions: PlaylistTemplate.Additions, acceptsGzip: Bool
    ) -> (bytes: ByteBuffer, isCompressed: Bool) {
        let template = template
        guard template.isChanged(by: additions) else {
            let gzip = acceptsGzip ? gzip : nil
            return (gzip ?? text, gzip != nil)
        }
        guard acceptsGzip else { return (template.written(with: additions), false) }
        if additions.concernReportsAlone, let beginning = beginning(of: template) {
            let end = template.written(with: additions, from: template.lengthBeforeReports)
            if let member = beginning.ended(with: end) { return (member, true) }
        }
        let own = template.written(with: additions)
        let gzip = Gzip.compress(own)
        return (gzip ?? own, gzip != nil)
    }

    private var template: PlaylistTemplate {
        forms.withLockedValue { forms in
            if let template = forms.template { return template }
            let template = PlaylistTemplate(text)
            forms.template = template
            return template
        }
    }

    private func beginning(of template: PlaylistTemplate) -> Gzip.Beginning? {
        forms.withLockedValue { forms in
            if forms.beginning == nil {
                forms.beginning = text.getSlice(at: text.readerIndex, length: template.lengthBeforeReports)
                    .flatMap { Gzip.Beginning($0) }
            }
            return forms.beginning
        }
    }
}
