/// Whom the change of a setting concerns while the server runs.
public enum SettingEffect: String, Sendable, Hashable, CaseIterable {
    /// Everybody, from then on; nobody is disconnected for it.
    case now
    /// Connections that are made, and publishing that begins, from then on; those that there are go on as before.
    case newConnections = "new-connections"
    /// Streams that begin from then on; those that are live go on as before until they end.
    case newStreams = "new-streams"
    /// Nobody before the next start.
    case restart

    /// A sentence for the reference page; `nil` where there is nothing to say.
    var sentence: String? {
        switch self {
        case .now: nil
        case .newConnections: "A change holds for new connections."
        case .newStreams: "A change holds for streams that begin then."
        case .restart: "A change holds from the next start on."
        }
    }
}

/// What sort of value a setting has.
public enum SettingKind: String, Sendable, Hashable, CaseIterable {
    /// `on` or `off`.
    case flag
    /// One of some words.
    case word
    /// A whole number.
    case count
    /// A time with its unit, such as `2s`.
    case time
    /// A number of bytes with its unit, such as `8MiB`.
    case size
    /// Bits per second with their unit, such as `6Mbps`.
    case bitRate = "bit-rate"
    /// A place to listen at.
    case address
    /// Any other text.
    case text
    /// A list.
    case list
    /// What is never shown.
    case secret
}
