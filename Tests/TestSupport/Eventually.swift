/// What a test waited for in vain.
public struct NotInTime: Error, CustomStringConvertible {
    /// The text of the failure.
    public let description: String
}

/// Waits until a condition holds that something else brings about.
///
/// - Parameters:
///   - what: what is waited for.
///   - limit: how long at most; far longer than it takes on a slow machine.
/// - Throws: `NotInTime`.
public func eventually(
    _ what: String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw NotInTime(description: "not in time: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
