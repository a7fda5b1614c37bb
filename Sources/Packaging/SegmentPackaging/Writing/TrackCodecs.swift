import MediaModel

extension Track {
    /// The coding as CODECS names it (RFC 6381), or `nil` when the configuration does not tell.
    var codecString: String? { nil }
}
