extension ServerConfiguration {
    /// The keys outside `apps`.
    static let keys = KeyTable<ServerConfiguration>(
        keys: [
            ConfigurationKey(
                "log.level", \.log.level, .word(),
                "The least level that is written. `info` tells the life of connections and streams, nothing per message."
            ),
            ConfigurationKey(
                "log.format", \.log.format, .word(), "`text` for people, `json` (one object a line) for machines."),

            ConfigurationKey(
                "threads", \.threads, .count(0...1_024),
                "Threads that carry the connections; 0: one for each core.", effect: .restart),

            ConfigurationKey(
                "data", \.data, .folder,
                "The folder for what the server keeps: live streams, keys, tokens, a self-signed certificate where one "
                    + "is needed. It is made when there is something to keep.", effect: .restart),
            ConfigurationKey(
                "one-port", \.onePort, .onOff,
                "Whether a port serves for several protocols, which are told by a connection's first byte: RTMP and RTMPS at "
                    + "`rtmp.listen`; HTTP, HTTPS, RTMP and RTMPS at `http.listen`; HTTPS and RTMPS at `https.listen`; "
                    + "RTMPT and RTMPTS at `rtmpt.listen`.",
                effect: .newConnections),

            ConfigurationKey(
                "rtmp.listen", \.rtmp.listen, .address,
                "Where to listen for RTMP. Port 0 takes a free port; the log's first lines say which."),
            ConfigurationKey(
                "rtmp.chunk-size", \.rtmp.chunkSizeBytes, .size(128...16_777_215),
                "Payload of the chunks that the server sends. Large chunks cost less; some old players want 4096.",
                effect: .newConnections),
            ConfigurationKey(
                "rtmp.handshake-timeout", \.rtmp.handshakeTimeout, .time(.milliseconds(100) ... .seconds(300)),
                "How long a peer may take for the handshake.", effect: .newConnections),
            ConfigurationKey(
                "rtmp.idle-timeout", \.rtmp.idleTimeout, .time(.seconds(1) ... .seconds(3600)),
                "How long a publisher may send no media before it is taken for gone.", effect: .newConnections),
            ConfigurationKey(
                "rtmp.drain", \.rtmp.drain, .time(.zero ... .seconds(3600)),
                "How long clients that know reconnect requests may take to move elsewhere when the server is told to stop. "
                    + "It takes no new ones and serves on until they have left, or the time is over; 0: it stops at once."
            ),
            ConfigurationKey(
                "rtmp.rtmpe", \.rtmp.rtmpe, .onOff,
                "Whether encrypted RTMP (`rtmpe://`, `rtmpte://`) is spoken with clients that ask for it. It is obfuscation for "
                    + "old clients and no security: anybody on the way can read it. Use TLS where that matters.",
                effect: .newConnections),
            ConfigurationKey(
                "rtmp.swf-hashes", \.rtmp.swfHashes, .hashes,
                "SWF files that may play, by their hashes of 64 hexadecimal digits, as `rtmpdump --swfhash` takes them. Players "
                    + "that do not answer with one are refused; publishers are not asked. Whoever has the file can give its hash.",
                effect: .newConnections),
            ConfigurationKey(
                "rtmp.connections", \.rtmp.connections, .count(1...1_000_000), "RTMP connections in all.",
                effect: .newConnections),
            ConfigurationKey(
                "rtmp.connections-per-address", \.rtmp.connectionsPerAddress, .count(0...1_000_000),
                "RTMP connections from one address; 0 for no limit.", effect: .newConnections),

            ConfigurationKey(
                "rtmps.listen", \.rtmps.listen, .secureListen,
                "Where to listen for RTMP inside TLS. `auto` is `:1936` once `tls.certificates` are named; an address is "
                    + "served in any case, without certificates with a self-signed one."),
            ConfigurationKey(
                "rtmps.client-ca", \.rtmps.clientAuthorities, .fileOrOff,
                "A file with the authorities whose certificates RTMPS clients must have; `off`: clients need none. No "
                    + "HTTPS port takes RTMPS then.", effect: .newConnections),

            ConfigurationKey(
                "rtmpt.http", \.rtmpt.onHTTPPort, .onOff,
                "Whether the HTTP port takes RTMP through HTTP. It then answers the paths below `/open`, `/send`, `/idle`, "
                    + "`/close` and `/fcs`, where no application's streams can be watched."),
            ConfigurationKey(
                "rtmpt.listen", \.rtmpt.listen, .addressOrOff,
                "Where else to listen for RTMP through HTTP, and nothing more; clients try port 80. `off`: nowhere else."
            ),
            ConfigurationKey(
                "rtmpt.tunnels", \.rtmpt.tunnels, .count(1...1_000_000), "Tunnels at the same time.",
                effect: .newConnections),
            ConfigurationKey(
                "rtmpt.timeout", \.rtmpt.timeout, .time(.seconds(1) ... .seconds(3600)),
                "How long the client of a tunnel may send no request before it is taken for gone.",
                effect: .newConnections),
            ConfigurationKey(
                "rtmpt.body", \.rtmpt.bodyBytes, .size(64 << 10...64 << 20),
                "Bytes of one request's body at most. It must hold what an encoder gathers for one request."),
            ConfigurationKey(
                "rtmpt.bound-to", \.rtmpt.boundTo, .word(),
                "Whose requests a tunnel takes: `address` those from the address that opened it, `family` those from any "
                    + "IPv4 or any IPv6 address, for clients behind several proxies."),

            ConfigurationKey(
                "rtmpts.listen", \.rtmpts.listen, .addressOrOff,
                "Where else to listen for RTMP through HTTP inside TLS, and nothing more, with a self-signed certificate if "
                    + "need be. `off`: the port for HTTPS alone takes it, where `rtmpt.http` is on."),

            ConfigurationKey(
                "http.listen", \.http.listen, .address,
                "Where to listen for HTTP: playback, dashboard, API and metrics. Port 0 takes a free port."),
            ConfigurationKey(
                "http.public-url", \.http.publicURL, .publicURL,
                "How the server is reached from outside, such as `https://media.example.com`, for the addresses that the API "
                    + "gives; `auto` is as the request at hand says. Where it names another machine than this one, nothing "
                    + "by HTTP counts as coming from the same machine."),
            ConfigurationKey(
                "http.connections", \.http.connections, .count(1...1_000_000), "HTTP connections in all.",
                effect: .newConnections),
            ConfigurationKey(
                "http.connections-per-address", \.http.connectionsPerAddress, .count(0...1_000_000),
                "HTTP connections from one address; 0 for no limit. A CDN comes from few addresses.",
                effect: .newConnections),

            ConfigurationKey(
                "https.listen", \.https.listen, .secureListen,
                "Where to listen for HTTP inside TLS. `auto` is `:8443` once `tls.certificates` are named; an address is "
                    + "served in any case, without certificates with a self-signed one."),

            ConfigurationKey(
                "recordings.folder", \.recordings.folder, .folder,
                "The folder for recordings (`apps.NAME.record`). A relative path begins in the `data` folder. A recording that "
                    + "runs ends, and another begins in the new folder at the next keyframe."),
            ConfigurationKey(
                "recordings.longest", \.recordings.longest, .time(.zero ... .seconds(604_800)),
                "How long a file may be: it ends at the next keyframe, and another goes on from there; 0: as long as the stream."
            ),
            ConfigurationKey(
                "recordings.queue", \.recordings.queueBytes, .size(1 << 20...1 << 30),
                "Bytes that may wait for the disk, for each file. A disk that stalls for longer costs the recording frames, and "
                    + "viewers nothing."),

            ConfigurationKey(
                "thumbnails.ffmpeg", \.thumbnails.ffmpeg, .programOrOff,
                "The FFmpeg that makes the pictures: a path, or a name to be found in `PATH`. It runs when somebody asks for "
                    + "one. `off`: no pictures. The API cannot change it."),
            ConfigurationKey(
                "thumbnails.interval", \.thumbnails.interval, .time(.seconds(1) ... .seconds(3600)),
                "For how long a picture is new: of a stream that somebody looks at, one is made that often at most."),

            ConfigurationKey(
                "tls.certificates", \.tls.certificates, .certificates,
                "Files in PEM form with a certificate, its chain behind it, and its key; without `key`, it is in the same "
                    + "file. A client gets the first one for the host that it names, otherwise the first of all. Paths start "
                    + "from the configuration file. Renewed files are taken without a restart.", effect: .newConnections
            ),
            ConfigurationKey(
                "tls.oldest-version", \.tls.oldestVersion, .word(), "The oldest version of TLS that clients may speak.",
                effect: .newConnections),
            ConfigurationKey(
                "tls.handshake-timeout", \.tls.handshakeTimeout, .time(.milliseconds(100) ... .seconds(300)),
                "How long a client may take for the PROXY header and the TLS handshake.", effect: .newConnections),
            ConfigurationKey(
                "tls.check-interval", \.tls.checkInterval, .time(.milliseconds(100) ... .seconds(86_400)),
                "How often certificate files are looked at; changed ones are read at the second look. SIGHUP reads them at "
                    + "once."),

            ConfigurationKey(
                "proxy-protocol.trusted", \.proxyProtocol.trusted, .addressRanges,
                "Addresses and networks of proxies that begin each connection, to any port, with a PROXY header of version "
                    + "1 or 2; without one they are refused. A header from anybody else is refused too. Where there are "
                    + "any, nothing by HTTP counts as coming from the same machine.",
                effect: .newConnections),

            ConfigurationKey(
                "auth.publish", \.auth.publish, .word(),
                "Who may publish: `local` programs on the same machine and everybody with a key, `key` only who has a key, "
                    + "`open` anybody."),
            ConfigurationKey(
                "auth.play", \.auth.play, .word(),
                "Who may play: `open` anybody, `token` only who has a token or a signed URL."),
            ConfigurationKey(
                "auth.keys", \.auth.keys, .publishKeys,
                "The keys of publishers. An encoder sends the `key` as its stream name, or appends `?key=…` to the name, "
                    + "and publishes `stream`. Instead of `key`, `key-file` names a file that holds it. The optional "
                    + "`label` may stand in logs."),
            ConfigurationKey(
                "auth.token-secret", \.auth.tokens.secret, .secret,
                "A secret shared with a back end that signs URLs, or JWT with HS256. `file:` and a path names a file."),
            ConfigurationKey(
                "auth.token-keys", \.auth.tokens.keySet, .keySetOrOff,
                "Public keys (JSON Web Key Set) for JWT with RS256 and ES256: a file, which is read again when it changes, "
                    + "or the address where a service publishes them."),
            ConfigurationKey(
                "auth.token-keys-interval", \.auth.tokens.keySetInterval, .time(.seconds(10) ... .seconds(86_400)),
                "How often keys at an address are fetched; a token of a key that is not among them leads to a look too."
            ),
            ConfigurationKey(
                "auth.token-issuer", \.auth.tokens.issuer, .nameOrAny, "Who must have issued a JWT (`iss`)."),
            ConfigurationKey(
                "auth.token-audience", \.auth.tokens.audience, .nameOrAny, "For whom a JWT must be (`aud`)."),
            ConfigurationKey(
                "auth.ban-after", \.auth.ban.after, .count(0...1_000),
                "Different wrong keys or tokens from one address until it is shut out; 0 for never."),
            ConfigurationKey(
                "auth.ban-for", \.auth.ban.for, .time(.seconds(1) ... .seconds(86_400)),
                "How long an address is shut out that guessed too often."),

            ConfigurationKey(
                "api.nginx-rtmp", \.api.nginxRTMP, .onOff,
                "Whether `/stat` and `/control/drop/…` answer as those of nginx-rtmp-module do, for programs made for it. "
                    + "Who may is decided as for the API."),
            ConfigurationKey(
                "api.srs", \.api.srs, .addressOrOff,
                "Where to answer the HTTP API of SRS (`/api/v1/streams`, `clients`, `summaries` and so on), for programs made "
                    + "for it; it has a port for itself, SRS's is `:1985`. Who may is decided as for the API."),
            ConfigurationKey(
                "metrics.readers", \.metrics.readers, .word(),
                "Who may read `/metrics`: `local` programs on the same machine and everybody with a token, `token` only who "
                    + "has a token, `anybody` anybody. The role `viewer` is enough, for all applications: a token with `applications` "
                    + "is refused."),
            ConfigurationKey(
                "metrics.streams", \.metrics.streams, .count(0...100_000),
                "Streams that have metrics of their own, the first that come; those beyond are counted together, as the "
                    + "stream `(others)`. 0: no names of streams in the metrics."),
        ] + webhookKeys,
        sections: [
            ("log", "The log, on standard error."),
            ("rtmp", "The RTMP port: publishing, and playback by RTMP players."),
            ("rtmps", "RTMP inside TLS."),
            ("rtmpt", "RTMP through HTTP (RTMPT), for clients that reach nothing else."),
            ("rtmpts", "The same inside TLS (RTMPTS)."),
            ("http", "The HTTP port."),
            ("https", "HTTP inside TLS."),
            ("recordings", "Files of what was on the air; see Documentation/recording.md."),
            (
                "thumbnails",
                "Pictures of what streams show (`/live/show.jpg`), made by FFmpeg when somebody asks for one."
            ),
            ("tls", "Certificates, for every port that takes TLS."),
            ("proxy-protocol", "Proxies before the server that tell whose connections they pass on."),
            ("auth", "Who may publish and play; see Documentation/authentication.md."),
            ("api", "The API, and what stands in for those of other servers."),
            ("metrics", "What Prometheus reads at `/metrics`."),
        ] + webhookSections,
        later: ["rtsp", "srt", "webrtc", "cluster"])
}
