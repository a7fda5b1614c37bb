/// What a test waited for in vain.
public struct NotInTime: Error, CustomStringConvertible {
    /// The text of the failure.
    public let description: String
}

/// Waits until a condition holds that something else brings about.
///
/// - Parameters:
///   - what: what is waited for.
///   - limit: how long at most; far longer than it takes on a slow machine. Of a pause in which this could not look, since
///     others had the processors, only a part counts: what is waited for could not run either.
/// - Throws: `NotInTime`.
public func eventually(
    _ what: String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
    var left = limit
    while try await !condition() {
        guard left > .zero else { throw NotInTime(description: "not in time: \(what)") }
        let begin = ContinuousClock.now
        try await Task.sleep(for: .milliseconds(5))
        left -= min(ContinuousClock.now - begin, .milliseconds(50))
    }
}
