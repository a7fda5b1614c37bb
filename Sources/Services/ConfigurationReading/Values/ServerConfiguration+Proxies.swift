import EndpointCore

extension ServerConfiguration {
    /// Whether the configuration says that a proxy stands before the server: then nothing that comes by HTTP is taken for
    /// a program's on this machine, since proxies need not show in what they pass on.
    ///
    /// It says so by naming trusted proxies, and by an address for the outside that is not this machine's own.
    public var isBehindProxy: Bool {
        guard proxyProtocol.trusted.isEmpty else { return true }
        // `scheme://host:port`.
        guard let authority = http.publicURL?.split(separator: "/").dropFirst().first else { return false }
        return !PeerAddress.namesThisMachine(String(authority))
    }
}
