/// A text that must not be seen: its descriptions are `…`, and it is compared in constant time.
public struct Secret: Sendable {
    private let bytes: [UInt8]

    /// Makes a secret of `text`.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Whether `presented` is the secret.
    ///
    /// The time that this takes depends on the length of `presented` alone, which whoever presents it knows anyway.
    public func matches(_ presented: some StringProtocol) -> Bool {
        differences(from: Array(presented.utf8)) == 0
    }

    /// The text itself: for those who must compute with it, never for a log, an error or an answer.
    public var revealed: String { String(decoding: bytes, as: UTF8.self) }

    /// Zero for equal bytes.
    ///
    /// Never returns early, and is kept out of line so that no caller's knowledge of the result lets the optimizer do
    /// so.
    @inline(never)
    private func differences(from presented: [UInt8]) -> Int {
        var differences = bytes.count ^ presented.count
        guard !bytes.isEmpty else { return differences }
        for (index, byte) in presented.enumerated() {
            differences |= Int(byte ^ bytes[index % bytes.count])
        }
        return differences
    }
}

extension Secret: Equatable {
    /// Compares in constant time.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.differences(from: right.bytes) == 0
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `…`.
    public var description: String { "…" }
    /// `…`.
    public var debugDescription: String { "…" }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
