import ConfigurationReading
import NIOCore

/// What carries messages to hooks.
protocol HookTransport: Sendable {
    /// Sends one message.
    ///
    /// - Parameters:
    ///   - limit: after which nobody waits for the answer any longer.
    ///   - readsAnswer: whether the body of the answer is wanted; otherwise its head is enough.
    func send(_ request: HookRequest, limit: TimeAmount, readsAnswer: Bool) async throws(HookFault) -> HookResponse
}

/// A message with all that is sent with it.
struct HookRequest: Sendable {
    let url: HookURL
    let headers: [(name: String, value: String)]
    let body: [UInt8]
}

/// What came back.
struct HookResponse: Sendable, Equatable {
    /// The status, such as 200.
    var status: Int
    /// Where it points to; nobody goes there.
    var location: String?
    /// The body; `nil` for one that is longer than anybody wants to read.
    var body: [UInt8]?
}

/// Why a hook, or another server, did not do its part.
public enum HookFault: Error, Equatable, Sendable {
    /// No answer came in time.
    case timedOut
    /// There was no connection, or it broke; with the system's words.
    case unreachable(String)
    /// An answer with this status, which is none of success.
    case status(Int)
    /// A body that is longer than answers are.
    case answerTooLong
    /// A body that says nothing in the form that was agreed.
    case answerNotUnderstood
    /// A redirect to another server; messages are not carried elsewhere.
    case redirectElsewhere
    /// A new name that no stream can have.
    case illegalName

    /// For logs, the API and other hooks.
    public var text: String {
        switch self {
        case .timedOut: "no answer in time"
        case .unreachable(let words): "cannot be reached: \(words)"
        case .status(let status): "answered with status \(status)"
        case .answerTooLong: "the answer is too long"
        case .answerNotUnderstood: "the answer was not understood"
        case .redirectElsewhere: "the answer redirects to another server"
        case .illegalName: "the answer has a name that no stream can have"
        }
    }
}
