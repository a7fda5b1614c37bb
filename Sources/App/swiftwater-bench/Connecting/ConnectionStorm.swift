/// What the connections of a storm met with.
final class ConnectionStorm {
    var accepted = 0
    var answer = Histogram()
    var failures: [String: Int] = [:]
    var isOver = false

    var ended: Int { accepted + failures.values.reduce(0, +) }

    func fail(_ reason: String) {
        guard !isOver else { return }
        failures[reason, default: 0] += 1
    }
}
