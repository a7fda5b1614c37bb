import SegmentPackaging

/// A place in a Media Playlist: a segment, or a part of one, from 0.
struct PlaylistPlace: Hashable, Sendable {
    var sequence: Int
    var part: Int?
}

/// What a request for a Media Playlist asks beyond it (delivery directives, RFC 8216bis §6.2.5).
struct PlaylistDirectives: Equatable, Sendable {
    /// How far the playlist must have come before it is sent (`_HLS_msn`, `_HLS_part`).
    var place: PlaylistPlace?
    /// Whether segments may be left out that the player has (`_HLS_skip`).
    var skips = false

    init(place: PlaylistPlace? = nil, skips: Bool = false) {
        self.place = place
        self.skips = skips
    }

    /// Reads the query of a request; `nil` for one that makes no sense.
    init?(query: [String: String]) {
        skips = query["_HLS_skip"] == "YES" || query["_HLS_skip"] == "v2"
        switch (query["_HLS_msn"], query["_HLS_part"]) {
        case (nil, nil): break
        case (nil, _): return nil
        case (let sequence?, let part):
            guard let sequence = Self.number(sequence) else { return nil }
            place = PlaylistPlace(sequence: sequence)
            guard let part else { return }
            guard let part = Self.number(part) else { return nil }
            place?.part = part
        }
    }

    /// Digits alone, no more than a number of this machine can hold with room to be added to.
    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

extension PlaylistEdge {
    /// Whether a playlist that has come so far answers a request for `place` (RFC 8216bis §6.2.5.2).
    func hasReached(_ place: PlaylistPlace) -> Bool {
        if isEnded || place.sequence < sequence - 1 { return true }
        guard let part = place.part else { return place.sequence < sequence }
        if place.sequence == sequence { return part < partCount }
        // A part behind the last of a whole segment is the first of the next.
        if place.sequence == sequence - 1 { return part < lastPartCount || partCount > 0 }
        return false
    }

    /// Whether `place` lies further ahead than a player can mean who has seen a recent playlist: more than two segments
    /// behind the last whole one, or more parts ahead than last three seconds, or three.
    func isBeyondReach(_ place: PlaylistPlace) -> Bool {
        if isEnded { return false }
        if place.sequence > sequence + 1 { return true }
        guard let part = place.part, place.sequence >= sequence else { return false }
        let limit = partTargetMilliseconds < 1000 ? 3000 / max(1, partTargetMilliseconds) : 3
        return part - (place.sequence == sequence ? partCount - 1 : -1) > limit
    }

    /// How long a request may wait: three target durations, in seconds (RFC 8216bis §6.2.5.2).
    var longestWait: Int { 3 * max(1, targetDuration) }
}
