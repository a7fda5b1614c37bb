/// Decides when the program clock reference is written and what it says.
///
/// The clock runs `delay` behind decoding time, which is the time a receiver has to collect a frame. All times are
/// unwrapped ticks of 90 kHz.
struct ProgramClock: Sendable {
    /// One program clock reference.
    struct Reference: Equatable {
        var ticks: Int64
        /// Whether the time base starts anew here.
        var isDiscontinuity: Bool
    }

    /// The longest time between two references: 100 ms (ISO/IEC 13818-1 §2.7.2).
    static let longestInterval: Int64 = 9_000
    /// The shortest time between two references that nothing but time calls for: 40 ms, as DVB asks (ETSI TS 101 154).
    static let shortestInterval: Int64 = 3_600
    /// The time between references that are written without a frame: 80 ms.
    static let fillingInterval: Int64 = 7_200
    /// The longest pause that is filled with references: 10 s.
    ///
    /// A longer one is a break of the timeline.
    static let longestFilledPause: Int64 = 900_000

    let delay: Int64
    private var last: Int64?

    init(delay: Int64) {
        self.delay = delay
    }

    /// The next reference that must stand alone before a frame that is decoded at `decodeTime`, so that no two are
    /// further apart than allowed; `nil` when none is needed.
    mutating func referenceInPause(before decodeTime: Int64) -> Reference? {
        guard let last else { return nil }
        let step = decodeTime &- delay &- last
        guard step > Self.longestInterval, step <= Self.longestFilledPause else { return nil }
        self.last = last &+ Self.fillingInterval
        return Reference(ticks: last &+ Self.fillingInterval, isDiscontinuity: false)
    }

    /// The reference that a frame decoded at `decodeTime` carries, which it does when one is due or `isForced`.
    mutating func reference(at decodeTime: Int64, isForced: Bool) -> Reference? {
        var ticks = decodeTime &- delay
        var isDiscontinuity = false
        if let last {
            let step = ticks &- last
            if step > Self.longestFilledPause || step < -delay {
                isDiscontinuity = true
            } else {
                guard isForced || step >= Self.shortestInterval else { return nil }
                // Sound that ran ahead may have pushed the clock past this frame; a clock never stands still.
                ticks = max(ticks, last &+ 1)
            }
        }
        last = ticks
        return Reference(ticks: ticks, isDiscontinuity: isDiscontinuity)
    }
}
