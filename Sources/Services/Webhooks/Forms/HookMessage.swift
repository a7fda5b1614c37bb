import EndpointCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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

    /// Makes a message of an object.
    init?(json body: some Encodable, event: String, id: String) {
        // Its members are texts, flags and finite numbers: there is nothing that could fail.
        guard let data = try? JSONEncoder.ordered().encode(body) else { return nil }
        self.init(contentType: Self.json, body: Array(data), event: event, id: id)
    }
}
