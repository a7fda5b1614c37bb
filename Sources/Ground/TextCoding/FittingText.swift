extension String {
    /// The text as far as it fits in `limit` bytes of UTF-8, cut between characters' scalars.
    ///
    /// A limit in characters is none: one character can be of any length.
    public func fitting(utf8Bytes limit: Int) -> Substring { self[...].fitting(utf8Bytes: limit) }
}

extension Substring {
    /// The text as far as it fits in `limit` bytes of UTF-8, cut between characters' scalars.
    public func fitting(utf8Bytes limit: Int) -> Substring {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        // Bytes that begin with 10 go on with a scalar (RFC 3629 §3).
        while end > startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return self[..<end]
    }
}
