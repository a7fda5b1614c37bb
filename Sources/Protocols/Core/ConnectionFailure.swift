import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a connection broke, in words for a log line.
public enum ConnectionFailure {
    /// The words for an error that a channel reported.
    public static func reason(of error: any Error) -> String {
        switch error {
        case let error as SecurityFailure:
            error.description
        case let error as IOError where [ECONNRESET, EPIPE].contains(error.errnoCode):
            "the peer reset the connection"
        case let error as IOError where error.errnoCode == ETIMEDOUT:
            "the peer can no longer be reached"
        default:
            "connection failed: \(error)"
        }
    }
}
