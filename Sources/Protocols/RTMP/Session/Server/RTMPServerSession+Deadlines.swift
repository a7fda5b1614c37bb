public import NIOCore

extension RTMPServerSession {
    /// When `deadlineReached` wants to be called, unless something happens before; `nil` when nothing is due.
    ///
    /// While a request waits for its answer there is none: how long that may take is for the one who answers.
    public var nextDeadline: NIODeadline? {
        guard !outbox.isClosing else { return nil }
        switch phase {
        case .handshaking: return progressedAt + configuration.handshakeTimeLimit
        case .awaitingConnect: return progressedAt + configuration.connectTimeLimit
        case .deciding, .lost: return nil
        case .connected:
            if streams.isPublishing { return configuration.mediaTimeLimit.map { progressedAt + $0 } }
            return streams.isIdle ? progressedAt + configuration.idleTimeLimit : nil
        }
    }

    /// Begins the limits of time anew: what the client sends was not taken for a while.
    public mutating func excuseSilence(now: NIODeadline) {
        progressedAt = now
    }

    /// Does what is due at `nextDeadline`; before it, nothing.
    ///
    /// - Throws: `.handshakeTimedOut` and `.connectTimedOut`, since there is nobody to tell yet.
    public mutating func deadlineReached(now: NIODeadline) throws(RTMPFault) {
        guard let deadline = nextDeadline, now >= deadline else { return }
        switch phase {
        case .handshaking:
            abandon()
            throw .handshakeTimedOut
        case .awaitingConnect:
            abandon()
            throw .connectTimedOut
        case .connected:
            if let publisher = streams.firstPublishing {
                refuse(.mediaTimedOut, on: publisher, RTMPStatus(.publishIdle, "No media for too long."))
            } else {
                refuse(.requestTimedOut, on: 0, RTMPStatus(.connectIdleTimeout, "Nothing published or played."))
            }
        case .deciding, .lost: break
        }
    }
}
