/// How long the client of a tunnel should wait until it asks again: the first byte of every answer.
///
/// Flash Media Server's scale, 1, 3, 5, 9, 17, 33, goes up a step for each run of answers that had nothing to say, and back
/// to the beginning with the first that has something, or brought something. Flash Player obeys it; FFmpeg and librtmp pass
/// it over and ask every 50 ms, or at once.
struct PollInterval: Equatable, Sendable {
    private static let scale: [UInt8] = [1, 3, 5, 9, 17, 33]
    /// Empty exchanges until the next step: 10, half a second of FFmpeg's.
    static let patience = 10

    private var step = 0
    private var emptyExchanges = 0

    /// The byte for the next answer.
    var byte: UInt8 { Self.scale[min(step, Self.scale.count - 1)] }

    /// Learns whether a request and its answer carried anything.
    mutating func note(isEmpty: Bool) {
        guard isEmpty else {
            self = PollInterval()
            return
        }
        emptyExchanges += 1
        guard emptyExchanges == Self.patience else { return }
        emptyExchanges = 0
        step = min(step + 1, Self.scale.count - 1)
    }
}
