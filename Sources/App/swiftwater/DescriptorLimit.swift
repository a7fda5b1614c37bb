#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many descriptors this process may have open: every connection takes one, and the server some for itself.
///
/// A shell or a service commonly begins with 1,024, which is fewer viewers than the machine can serve; the system lets
/// every process raise that as far as its hard limit.
struct DescriptorLimit {
    /// What the server opens besides connections: its ports, event loops, files.
    ///
    /// 64, about four times what it needs.
    static let ownDescriptors = 64

    /// Descriptors that may be open now.
    let count: Int
    /// What the system said when it did not let the limit be raised.
    let refusal: String?

    /// Raises the limit as far as the system lets this process.
    static func raise() -> DescriptorLimit {
        let descriptors = descriptorResource
        var limit = rlimit()
        guard getrlimit(descriptors, &limit) == 0 else {
            return DescriptorLimit(count: 0, refusal: String(cString: strerror(errno)))
        }
        var refusal: String?
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(descriptors, &raised) == 0 {
                limit = raised
            } else {
                refusal = String(cString: strerror(errno))
            }
        }
        return DescriptorLimit(count: Int(clamping: limit.rlim_cur), refusal: refusal)
    }

    /// Whether so many connections can be open at a time.
    func isEnough(forConnections connections: Int) -> Bool {
        connections <= count - Self.ownDescriptors
    }

    #if canImport(Glibc)
        private static var descriptorResource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var descriptorResource: CInt { RLIMIT_NOFILE }
    #endif
}
