/// The sizes that chunks may have (RTMP 1.0 §5.4.1).
enum ChunkSize {
    /// What both directions start with, in bytes of payload.
    static let initial = 128
    /// The largest that makes a difference: no message is longer, its length having 24 bits.
    static let largest = longestMessage
    /// The longest message that a chunk message header can announce, in bytes.
    static let longestMessage = 0xFF_FFFF

    /// The size that chunks really have when `announced` was agreed on.
    static func effective(_ announced: Int) -> Int {
        min(max(announced, 1), largest)
    }
}
