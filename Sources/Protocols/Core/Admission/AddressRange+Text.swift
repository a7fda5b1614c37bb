import NIOCore

extension AddressRange {
    /// Whether the range holds a numeric address, such as a peer's.
    public func contains(_ numericAddress: String) -> Bool {
        guard let address = try? SocketAddress(ipAddress: numericAddress, port: 0) else { return false }
        return contains(address)
    }
}

extension [AddressRange] {
    /// Whether any of the ranges holds a numeric address.
    public func contains(address numericAddress: String) -> Bool {
        guard !isEmpty, let address = try? SocketAddress(ipAddress: numericAddress, port: 0) else { return false }
        return contains { $0.contains(address) }
    }
}

/// Which addresses may do something, as lists of ranges.
public struct AddressRules: Sendable, Equatable {
    /// Those that may; empty for all.
    public var allowed: [AddressRange]
    /// Those that may not, though they be among the allowed.
    public var denied: [AddressRange]

    /// Makes rules.
    public init(allowed: [AddressRange] = [], denied: [AddressRange] = []) {
        self.allowed = allowed
        self.denied = denied
    }

    /// Whether a numeric address may.
    ///
    /// One that cannot be read, such as that of a local socket, may where nothing is said.
    public func admit(_ numericAddress: String) -> Bool {
        if denied.contains(address: numericAddress) { return false }
        return allowed.isEmpty || allowed.contains(address: numericAddress)
    }
}
