public import MediaModel

/// Who takes the elements of a stream themselves, not their wire bytes: a packager, a recorder.
///
/// Called on the stream's home event loop, in order, starting with the tracks and the join cache.
public protocol FrameSink: AnyObject {
    /// Whether it has a use for frames now; asked before each handing over, which leaves them out where no sink has.
    var wantsFrames: Bool { get }
    /// Takes what one read of the publisher's socket brought.
    func receive(_ elements: [StreamElement])
    /// The stream is over; nothing follows.
    func streamEnded(_ ending: StreamEnding)
}

extension FrameSink {
    /// It has.
    public var wantsFrames: Bool { true }
}

/// Who wants to know of every stream that becomes live.
public protocol StreamObserver: Sendable {
    /// A stream became live. Called on its home event loop before its first element; the sink that is returned takes
    /// its elements.
    func streamStarted(_ stream: LiveStream) -> (any FrameSink)?
    /// A stream is over. Called on its home event loop.
    func streamEnded(_ stream: LiveStream)
}

extension StreamObserver {
    /// Nobody wants to know.
    public func streamEnded(_ stream: LiveStream) {}
}
