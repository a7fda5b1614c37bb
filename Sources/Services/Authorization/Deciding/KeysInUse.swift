import Catalogue
import MediaModel
import NIOConcurrencyHelpers

/// Which keys of the catalogue opened which streams, for when one is deleted while somebody publishes by it.
///
/// It remembers what was asked for, not what came of it, so it can name a publisher who used another key from the same
/// address: who has a key that holds comes back by it at once.
final class KeysInUse: Sendable {
    /// Streams that are remembered: 10,000; of more than that, nothing is known for sure.
    private static let mostStreams = 10_000
    /// Uses of one stream: 32, the latest.
    private static let mostUses = 32

    private struct Use: Hashable {
        let key: RegisteredKey.ID
        let address: String
    }

    private struct Book {
        var uses: [StreamPath: [Use]] = [:]
        var hasForgotten = false
    }

    private let book = NIOLockedValueBox(Book())

    /// A key opened a stream for somebody.
    func note(_ key: RegisteredKey.ID, of path: StreamPath, from address: String) {
        let use = Use(key: key, address: address)
        book.withLockedValue { book in
            if book.uses[path] == nil, book.uses.count >= Self.mostStreams {
                book.uses = [:]
                book.hasForgotten = true
            }
            guard book.uses[path]?.last != use else { return }
            var uses = book.uses[path, default: []].filter { $0 != use }
            if uses.count >= Self.mostUses { uses.removeFirst() }
            book.uses[path] = uses + [use]
        }
    }

    /// Whether who publishes a stream from an address may do so by a key.
    func isUsed(_ key: RegisteredKey.ID, of path: StreamPath, from address: String) -> Bool {
        book.withLockedValue { book in
            guard let uses = book.uses[path] else { return book.hasForgotten }
            return uses.contains(Use(key: key, address: address))
        }
    }
}
