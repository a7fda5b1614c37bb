/// What the server is and what it uses, as the API shows it.
public struct ServerFacts: Sendable {
    /// A port that is open.
    public struct Port: Sendable {
        /// What it is for, such as `rtmp`.
        public var name: String
        /// The address as it is written in URLs, such as `127.0.0.1:1935`.
        public var address: String

        /// Makes a port.
        public init(name: String, address: String) {
            self.name = name
            self.address = address
        }
    }

    /// The version.
    public var version: String
    /// Seconds since the start.
    public var uptimeSeconds: Double
    /// The ports that are open.
    public var ports: [Port]
    /// Event loops, each on a thread of its own.
    public var eventLoops: Int
    /// Bytes of memory that the process has in use; `nil` where the system does not tell.
    public var residentBytes: Int?

    /// Makes an account.
    public init(version: String, uptimeSeconds: Double, ports: [Port], eventLoops: Int, residentBytes: Int?) {
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.ports = ports
        self.eventLoops = eventLoops
        self.residentBytes = residentBytes
    }
}
