public import NIOCore

extension TimeAmount {
    /// The time as log lines write it: seconds with three decimals, such as `12.345s`.
    public var inSeconds: String {
        let milliseconds = nanoseconds / 1_000_000
        let fraction = String(1_000 + abs(milliseconds % 1_000)).dropFirst()
        return "\(milliseconds / 1_000).\(fraction)s"
    }
}
