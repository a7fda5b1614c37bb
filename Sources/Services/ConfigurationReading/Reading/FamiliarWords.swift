/// What people write who know other servers, and what they mean by it.
///
/// A word that is near another by its letters alone misleads them: `hls` is no `tls`.
enum FamiliarWords {
    /// Keys outside `apps`, as `Spelling.plain` makes them.
    static let serverKeys: [String: String] = [
        "port": "rtmp.listen or http.listen", "listen": "rtmp.listen or http.listen",
        "rtmp.port": "rtmp.listen", "rtmp.address": "rtmp.listen", "rtmp.host": "rtmp.listen",
        "rtmp.bind": "rtmp.listen", "rtmpport": "rtmp.listen",
        "http.port": "http.listen", "http.address": "http.listen", "http.host": "http.listen",
        "http.bind": "http.listen", "httpport": "http.listen",
        "rtmps.port": "rtmps.listen", "rtmps.address": "rtmps.listen",
        "https.port": "https.listen", "https.address": "https.listen",
        "api.listen": "http.listen", "api.port": "http.listen", "dashboard": "http.listen",
        "tls.key": certificates, "tls.certificate": certificates, "tls.cert": certificates, "tls.chain": certificates,
        "https.key": certificates, "https.certificate": certificates, "https.cert": certificates,
        "rtmps.key": certificates, "rtmps.certificate": certificates, "rtmps.cert": certificates,
        "http.key": certificates, "http.certificate": certificates, "certificate": certificates,
        "certificates": certificates, "cert": certificates, "ssl": certificates,
        "loglevel": "log.level", "verbose": "log.level", "debug": "log.level",
        "keys": "auth.keys", "streamkeys": "auth.keys", "streamkey": "auth.keys", "key": "auth.keys",
        "auth.streamkeys": "auth.keys", "auth.key": "auth.keys", "auth.secret": "auth.token-secret",
        "recordings.enabled": record, "recordings.format": record,
        "recordings.path": "recordings.folder", "recordings.directory": "recordings.folder",
        "datadir": "data", "datafolder": "data", "storage": "data", "workers": "threads", "workerprocesses": "threads",
    ]

    /// Keys within `apps.NAME`, in the same spelling.
    static let applicationKeys: [String: String] = [
        "hls.fragment": "hls.segment", "hls.segmentduration": "hls.segment", "hls.segmentlength": "hls.segment",
        "hls.playlistlength": "hls.window", "hls.dvr": "hls.window", "hls.lowlatency": "hls.part",
        "hls.partduration": "hls.part", "hls.mpegts": "hls.ts", "gop": "gop-cache", "recording": "record",
    ]

    private static let certificates = "tls.certificates"
    private static let record = "apps.NAME.record"

    /// Words for one of the words that a key takes.
    private static let values: [(key: String, words: Set<String>, meant: String)] = [
        ("record", ["on", "true", "yes", "1", "mp4", "all"], "fmp4"),
        ("auth.play", ["key", "keys", "jwt", "signed", "closed"], "token"),
        ("auth.play", ["any", "anybody", "all", "public"], "open"),
        ("auth.publish", ["token", "keys"], "key"),
        ("auth.publish", ["any", "anybody", "all", "public"], "open"),
        ("log.level", ["warn"], "warning"), ("log.level", ["err"], "error"), ("log.level", ["fatal"], "critical"),
        ("log.level", ["verbose"], "debug"),
    ]

    /// The key that is meant by `name`, a key within `apps.NAME` where `prefix` says so, in full.
    static func key(_ name: String, prefix: String) -> String? {
        let plain = Spelling.plain(name)
        guard prefix.isEmpty else { return applicationKeys[plain].map { prefix + $0 } }
        return serverKeys[plain]
    }

    /// The value that is meant by `word` as the value of `key`, which is named in full.
    static func value(_ word: String, of key: String) -> String? {
        values.first { entry in
            (key == entry.key || key.hasSuffix("." + entry.key)) && entry.words.contains(word.lowercased())
        }?.meant
    }

    /// The section that is meant by a single value in the place of one.
    ///
    /// - Parameters:
    ///   - section: the name of the section, as it is written there.
    ///   - text: the value.
    ///   - keys: the keys within the section, and what each takes.
    static func section(_ section: String, holding text: String, keys: [String: String]) -> String? {
        let switches = ["on": "on", "true": "on", "yes": "on", "off": "off", "false": "off", "no": "off"]
        if let value = switches[text.lowercased()] {
            if keys["enabled"] != nil { return "\(section): { enabled: \(value) }" }
            let canBeOff = keys["listen"]?.contains("off") ?? false
            return value == "off" && canBeOff ? "\(section): { listen: off }" : nil
        }
        if keys["listen"] != nil {
            let address = Int(text).map { ":\($0)" } ?? text
            if ListenAddress(address) != nil { return "\(section): { listen: '\(address)' }" }
        }
        return nil
    }
}
