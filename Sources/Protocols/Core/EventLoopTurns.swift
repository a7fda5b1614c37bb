public import Dispatch
public import NIOCore
import Synchronization

/// The event loops of a group, in turns that nobody else has a part in.
///
/// A group deals its loops out one after the other to whoever asks, also to each connection that comes in. Whatever asks
/// once for each connection must not ask the group itself: of two loops, one would get all the connections.
public final class EventLoopTurns: EventLoopGroup {
    private let eventLoops: [any EventLoop]
    private let turn = Atomic<Int>(0)

    /// Takes the loops of a group, which must outlive this.
    public init(_ group: any EventLoopGroup) {
        eventLoops = Array(group.makeIterator())
    }

    /// The one whose turn it is.
    public func next() -> any EventLoop {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return eventLoops[Int(UInt(bitPattern: turn) % UInt(eventLoops.count))]
    }

    /// All of them.
    public func makeIterator() -> EventLoopIterator { EventLoopIterator(eventLoops) }

    /// Refuses: the loops belong to the group.
    public func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        queue.async { callback(EventLoopError.unsupportedOperation) }
    }
}
