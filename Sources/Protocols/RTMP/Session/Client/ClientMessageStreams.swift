/// A message stream that the server has opened for this client, and what it is used for.
struct ClientMessageStream: Sendable {
    enum Role: Sendable {
        /// Until the server says `NetStream.Publish.Start`. Then `publishing`.
        case publishRequested
        case publishing
        /// Until the server says `NetStream.Play.Start`. Then `playing`.
        case playRequested
        case playing
    }

    let id: UInt32
    /// Of the `publish` or `play`, in case that is answered with `_error`.
    let transactionID: Double
    /// The name as it was sent.
    let name: String
    var role: Role

    var isRequested: Bool { role == .publishRequested || role == .playRequested }
    var isPublish: Bool { role == .publishRequested || role == .publishing }
}

/// A call whose answer the client waits for.
struct PendingCall: Sendable {
    enum Purpose: Sendable {
        case connect
        case createStream(Intent)
    }

    let transactionID: Double
    let purpose: Purpose
}

/// What a message stream is wanted for.
enum Intent: Sendable {
    case publish(name: String, kind: PublishRequest.Kind)
    case play(name: String, start: PlayRequest.Start)
}
