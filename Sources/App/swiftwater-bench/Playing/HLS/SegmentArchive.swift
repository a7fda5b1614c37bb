import DequeModule
import ISOBMFF
import M3U8
import NIOCore

/// What other players of the event loop have fetched and taken apart.
///
/// A thousand players of one stream fetch the same bytes. The first to have them takes them apart; for the others it is
/// enough to see that they are the same, so that all of them can be checked and the checking costs little.
final class SegmentArchive {
    private struct Entry {
        var bytes: ByteBuffer
        var contents: SegmentContents
    }

    /// Bytes of segments that are kept.
    ///
    /// 64 MiB: a hundred segments of 2 s at 2.5 Mb/s.
    private static let keptBytes = 64 << 20

    private var segments: [String: Entry] = [:]
    private var order: Deque<String> = []
    private var byteCount = 0
    private var playlists: [String: (bytes: ByteBuffer, snapshot: PlaylistSnapshot)] = [:]

    /// What the segment holds that was fetched at `place`.
    func contents(
        of bytes: ByteBuffer, at place: String, initialization: InitializationSegment?
    ) -> SegmentContents {
        if let known = segments[place], known.bytes == bytes { return known.contents }
        let contents = SegmentContents(bytes, initialization: initialization)
        guard segments[place] == nil else { return contents }
        segments[place] = Entry(bytes: bytes, contents: contents)
        order.append(place)
        byteCount += bytes.readableBytes
        while byteCount > Self.keptBytes, let oldest = order.popFirst() {
            byteCount -= segments.removeValue(forKey: oldest)?.bytes.readableBytes ?? 0
        }
        return contents
    }

    /// The playlist that was fetched at `place`.
    func snapshot(of bytes: ByteBuffer, at place: String) throws(PlaylistFault) -> PlaylistSnapshot {
        if let known = playlists[place], known.bytes == bytes { return known.snapshot }
        let snapshot = try PlaylistSnapshot(String(buffer: bytes))
        playlists[place] = (bytes, snapshot)
        return snapshot
    }
}
