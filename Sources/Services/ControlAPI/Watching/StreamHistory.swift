/// A stream's bitrate and audience over the latest minutes, for who looks only now.
struct StreamHistory: Sendable, Equatable {
    /// Seconds between two points: 5.
    static let secondsBetweenPoints = 5
    /// Points that are kept: 60, five minutes, about a kilobyte for a stream.
    static let mostPoints = 60

    /// Bits per second at each point, the oldest first; 0 while nothing was measured.
    private(set) var bitsPerSecond: [Int] = []
    /// Viewers at each point.
    private(set) var viewers: [Int] = []
    private var looks = 0

    /// Takes one look a second; every fifth is a point.
    mutating func note(bitsPerSecond bits: Int?, viewers count: Int) {
        defer { looks = (looks + 1) % Self.secondsBetweenPoints }
        guard looks == 0 else { return }
        if bitsPerSecond.count == Self.mostPoints {
            bitsPerSecond.removeFirst()
            viewers.removeFirst()
        }
        bitsPerSecond.append(bits ?? 0)
        viewers.append(count)
    }

    func write(to writer: inout JSONWriter) {
        writer.member("secondsBetweenPoints", Self.secondsBetweenPoints)
        writer.member("bitsPerSecond", of: bitsPerSecond) { $0.number($1) }
        writer.member("viewers", of: viewers) { $0.number($1) }
    }
}
