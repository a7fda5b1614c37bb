import NIOConcurrencyHelpers

/// The bytes of all recordings that wait for the disk.
///
/// Each file has a bound of its own; a disk that hangs makes files wait by the hundred, and they share this one.
final class WaitingBytes: Sendable {
    /// Bytes at most: 1 GiB, the usual bound of 32 files.
    static let most = 1 << 30

    private let limit: Int
    private let bytes = NIOLockedValueBox(0)

    init(limit: Int = WaitingBytes.most) {
        self.limit = limit
    }

    /// How many there are.
    var count: Int { bytes.withLockedValue { $0 } }

    /// Counts bytes that wait from now on; `false` where there is no room for them.
    func take(_ length: Int) -> Bool {
        bytes.withLockedValue { bytes in
            guard bytes + length <= limit else { return false }
            bytes += length
            return true
        }
    }

    /// Takes back bytes that wait no longer.
    func giveBack(_ length: Int) { bytes.withLockedValue { $0 -= length } }
}
