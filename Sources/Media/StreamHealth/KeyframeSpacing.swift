/// The distances of the latest sync frames of a track of pictures.
struct KeyframeSpacing: Sendable {
    /// How many distances are remembered: eight, enough to see whether they vary.
    static let remembered = 8

    private var distances = [Int64](repeating: 0, count: remembered)
    private var count = 0
    private var last: Int64?

    /// Notes a sync frame at `time`, in milliseconds of the stream's timeline.
    mutating func add(at time: Int64) {
        defer { last = time }
        guard let last, time > last else { return }
        distances[count % Self.remembered] = time - last
        count &+= 1
    }

    /// The timeline broke: the next distance would say nothing.
    mutating func forgetLast() {
        last = nil
    }

    /// What is known, as seen when the track has come to `position`; `nil` before the first sync frame.
    func figures(at position: Int64) -> KeyframeFigures? {
        guard let last else { return nil }
        let known = distances.prefix(min(count, Self.remembered))
        let latest = count > 0 ? distances[(count - 1) % Self.remembered] : nil
        return KeyframeFigures(
            latest: latest, mean: known.isEmpty ? nil : known.reduce(0, +) / Int64(known.count), shortest: known.min(),
            longest: known.max(), sinceLast: max(0, position - last))
    }
}

/// How far apart the latest sync frames of a track are, in milliseconds of media time.
public struct KeyframeFigures: Hashable, Sendable {
    /// The latest distance; `nil`, as are the others, until there were two sync frames.
    public var latest: Int64?
    /// The mean of the latest eight.
    public var mean: Int64?
    /// The shortest of them.
    public var shortest: Int64?
    /// The longest of them.
    public var longest: Int64?
    /// Media time since the last sync frame.
    public var sinceLast: Int64

    /// Makes figures.
    public init(latest: Int64?, mean: Int64?, shortest: Int64?, longest: Int64?, sinceLast: Int64) {
        self.latest = latest
        self.mean = mean
        self.shortest = shortest
        self.longest = longest
        self.sinceLast = sinceLast
    }
}
