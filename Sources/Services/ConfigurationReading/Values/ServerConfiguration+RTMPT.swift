extension ServerConfiguration {
    /// RTMP through HTTP (RTMPT): tunnels into the RTMP server, for clients that reach nothing else.
    public struct RTMPT: Sendable, Equatable {
        /// Whose requests a tunnel takes.
        public enum Binding: String, Sendable, CaseIterable {
            /// Those from the address that opened it.
            case address
            /// Those from any address of the same family, IPv4 or IPv6.
            case family
        }

        /// Whether the HTTP port takes tunnels.
        ///
        /// Default on: a client that can speak RTMP at all reaches nothing more by it than by the RTMP port.
        public var onHTTPPort = true
        /// A port for tunnels alone; `nil` for none.
        ///
        /// Default none. Clients try port 80 when none is named, which needs rights.
        public var listen: ListenAddress?
        /// Tunnels at the same time.
        ///
        /// Default 1,000: each may hold a few MiB, and asks many times a second.
        public var tunnels = 1_000
        /// How long a client may send no request before it is taken for gone.
        ///
        /// Default 30 s: clients ask several times a second, and change connections within a few.
        public var timeout = Duration.seconds(30)
        /// Bytes of one request's body at most.
        ///
        /// Default 4 MiB: ten messages of a stream of 100 Mbit/s, which FFmpeg sends together.
        public var bodyBytes = 4 << 20
        /// Whose requests a tunnel takes.
        ///
        /// Default `address`: whoever learns of a tunnel from elsewhere cannot use it.
        public var boundTo = Binding.address

        /// Makes the section with its defaults.
        public init() {}
    }

    /// RTMP through HTTP inside TLS (RTMPTS), at a port of its own: the port for HTTPS takes it in any case.
    public struct RTMPTS: Sendable, Equatable {
        /// A port for tunnels inside TLS alone; `nil` for none.
        ///
        /// Default none. Clients try port 443 when none is named, which HTTPS usually has.
        public var listen: ListenAddress?

        /// Makes the section with its defaults.
        public init() {}
    }
}
