public import MediaModel
public import NIOCore

extension LiveStream {
    /// The newest sync frame of the default pictures, where the join cache holds one; no copy of its own is kept for this.
    public func newestSyncPicture() -> EventLoopFuture<MediaFrame?> {
        let promise = home.makePromise(of: MediaFrame?.self)
        onHome { promise.succeed($0.newestSyncPicture) }
        return promise.futureResult
    }
}

extension StreamCore {
    fileprivate var newestSyncPicture: MediaFrame? {
        guard case .frame(let frame)? = firstCachedElement, frame.track.kind == .video else { return nil }
        return frame
    }
}
