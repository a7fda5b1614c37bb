/// A notice or a question as it is sent.
struct HookMessage: Sendable, Equatable {
    var contentType: String
    var body: [UInt8]
    /// What it says, by the receiver's word.
    var event: String
    /// Tells it from every other.
    var id: String
}

extension HookMessage {
    static let json = "application/json"
    static let form = "application/x-www-form-urlencoded"
}
