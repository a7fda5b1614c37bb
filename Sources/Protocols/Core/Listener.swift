public import NIOCore
public import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A place to listen at.
public struct ListenTarget: Sendable, Equatable {
    /// A numeric address or host name; `nil` for every address of the machine.
    public var host: String?
    /// 0 … 65535; 0 takes a free port.
    public var port: Int

    /// Makes a place.
    public init(host: String?, port: Int) {
        self.host = host
        self.port = port
    }
}

extension ListenTarget {
    /// The address to bind for this place, for a server that binds by itself: with no host, `::` where the machine has
    /// IPv6, otherwise `0.0.0.0`.
    ///
    /// - Throws: `ListenFailure`.
    public func bindableHost(for purpose: String, on eventLoops: any EventLoopGroup) async throws -> String {
        if let host { return host }
        // Whether an address can be bound is known for sure only once it was.
        let channel = try await ServerBootstrap(group: eventLoops)
            .listen(at: ListenTarget(host: nil, port: 0), for: purpose)
        defer { channel.close(promise: nil) }
        return channel.localAddress?.protocol == .inet6 ? "::" : "0.0.0.0"
    }
}

/// A port that could not be had.
public struct ListenFailure: Error, CustomStringConvertible {
    /// Where listening was tried.
    public let target: ListenTarget
    /// What for, such as `RTMP`.
    public let purpose: String
    /// What the system said.
    public let reason: String

    /// Makes a failure of what the system said when listening was tried.
    public init(target: ListenTarget, purpose: String, error: any Error) {
        self.target = target
        self.purpose = purpose
        reason =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "the port is taken by another program"
            case EACCES: "the port needs more rights than this user has"
            case EADDRNOTAVAIL: "this machine has no such address"
            default: "\(error)"
            }
    }

    /// One sentence for whoever started the server.
    public var description: String {
        "cannot listen for \(purpose) on \(target.host ?? "")\(":\(target.port)"): \(reason)"
    }
}

extension ServerBootstrap {
    /// Starts to listen; with no host on every address of the machine, IPv6 and IPv4.
    ///
    /// - Throws: `ListenFailure`.
    public func listen(at target: ListenTarget, for purpose: String) async throws -> any Channel {
        do {
            if let host = target.host { return try await bind(host: host, port: target.port).get() }
            do {
                return try await bind(host: "::", port: target.port).get()
            } catch let error as IOError where error.errnoCode == EAFNOSUPPORT || error.errnoCode == EADDRNOTAVAIL {
                return try await bind(host: "0.0.0.0", port: target.port).get()
            }
        } catch {
            throw ListenFailure(target: target, purpose: purpose, error: error)
        }
    }
}
