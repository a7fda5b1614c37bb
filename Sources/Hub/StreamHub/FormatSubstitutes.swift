/// Keeps the number of formats bounded that one stream is written in.
struct FormatSubstitutes {
    /// Formats that a stream is written in at the most, those apart of which there is a fixed number.
    ///
    /// 32: players differ in what they announce, but not much. Each costs a group of pictures of memory, and writing
    /// every frame once more; a peer that announces something new with every connection must not cause that.
    static let mostFormats = 32

    /// What stands in for formats beyond that number, and for how many viewers.
    private var known: [String: (format: any WireFormat, viewers: Int)] = [:]

    /// The format that a new viewer gets who wants `wanted`, where `writers` write already.
    mutating func format(for wanted: any WireFormat, among writers: [BatchWriter]) -> any WireFormat {
        let name = wanted.name
        if let known = known[name] {
            self.known[name]?.viewers += 1
            return known.format
        }
        guard writers.count >= Self.mostFormats, !writers.contains(where: { $0.format == name }),
            let substitute = wanted.substitute
        else { return wanted }
        known[name] = (substitute, 1)
        return substitute
    }

    /// The name of the format that a leaving viewer had who wanted `wanted`.
    mutating func nameGivenUp(for wanted: String) -> String {
        guard let known = known[wanted] else { return wanted }
        if known.viewers > 1 {
            self.known[wanted]?.viewers -= 1
        } else {
            self.known[wanted] = nil
        }
        return known.format.name
    }
}
