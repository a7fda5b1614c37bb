extension SegmentTemplate {
    /// What takes the places of identifiers in an address (ISO/IEC 23009-1 §5.3.9.4.4).
    public struct Substitution: Hashable, Sendable {
        /// For `$RepresentationID$`.
        public var representationID: String
        /// For `$Bandwidth$`.
        public var bandwidth: Int
        /// For `$Number$`.
        public var number: Int
        /// For `$Time$`.
        public var time: Int64

        /// Makes a substitution.
        public init(representationID: String, bandwidth: Int = 0, number: Int = 0, time: Int64 = 0) {
            self.representationID = representationID
            self.bandwidth = bandwidth
            self.number = number
            self.time = time
        }
    }

    /// The most digits that a format such as `%05d` may ask for: as many as the greatest number has.
    private static let mostDigits = 20

    /// The address that a template stands for, or `nil` when it has an identifier that is unknown or not closed.
    public static func address(_ template: String, _ substitution: Substitution) -> String? {
        // Every second piece stands between two dollar signs.
        let pieces = template.split(separator: "$", omittingEmptySubsequences: false)
        guard pieces.count % 2 == 1 else { return nil }
        var address = ""
        for (index, piece) in pieces.enumerated() {
            if index % 2 == 0 {
                address += piece
            } else {
                guard let text = text(of: piece, substitution) else { return nil }
                address += text
            }
        }
        return address
    }

    private static func text(of identifier: Substring, _ substitution: Substitution) -> String? {
        switch identifier {
        case "": return "$"
        case "RepresentationID": return substitution.representationID
        default: break
        }
        let parts = identifier.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        let digits: String
        switch parts[0] {
        case "Number": digits = String(substitution.number)
        case "Time": digits = String(substitution.time)
        case "Bandwidth": digits = String(substitution.bandwidth)
        default: return nil
        }
        guard parts.count == 2 else { return digits }
        let format = parts[1]
        guard format.first == "0", format.last == "d", let width = Int(format.dropFirst().dropLast()),
            (0...mostDigits).contains(width)
        else { return nil }
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A segment that the template and its timeline name.
    public struct Segment: Hashable, Sendable {
        /// Its number.
        public var number: Int
        /// Its place on the timeline.
        public var place: SegmentTimeline.Place
        /// Where it is fetched.
        public var address: String
    }

    /// The segments of a representation, as many as the timeline has and at most `limit`; `nil` when there is no
    /// timeline, or an address cannot be made.
    public func segments(of representation: Representation, limit: Int = 10_000) -> [Segment]? {
        guard let media, let timeline else { return nil }
        var segments: [Segment] = []
        for (index, place) in timeline.places(limit: limit).enumerated() {
            let number = (startNumber ?? 1) &+ index
            let substitution = Substitution(
                representationID: representation.id, bandwidth: representation.bandwidth, number: number,
                time: place.time)
            guard let address = Self.address(media, substitution) else { return nil }
            segments.append(Segment(number: number, place: place, address: address))
        }
        return segments
    }
}
