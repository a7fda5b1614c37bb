import TextCoding

extension ConfigurationFaults: CustomStringConvertible {
    /// One line per fault, as `config check` prints them.
    public var description: String {
        faults.map(\.description).joined(separator: "\n")
    }
}

extension ConfigurationFault: CustomStringConvertible {
    /// `file:line: key: what is wrong, did you mean …`.
    public var description: String {
        var parts = [origin.description.onOneLine(upTo: 1_024)]
        if let key { parts.append(key.onOneLine) }
        parts.append(problem.description + (suggestion.map { ", did you mean \($0.onOneLine)?" } ?? ""))
        return parts.joined(separator: ": ")
    }
}

extension ConfigurationFault.Problem: CustomStringConvertible {
    /// What is wrong, in words that an operator can act on.
    public var description: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .unusableFile(let reason): reason.onOneLine(upTo: 1_024)
        case .tooLong(let limit): "longer than \(ByteSize.text(limit))"
        case .notYAML(let reason): "not YAML: \(reason.onOneLine)"
        case .nestedTooDeep(let limit): "nested deeper than \(limit) levels"
        case .tooManyValues(let limit): "more than \(limit) values"
        case .tooManyAliases(let limit): "more than \(limit) aliases"
        case .unknownKey: "unknown key"
        case .keyNotAvailable: "not available in this version"
        case .valueNotAvailable(let value): "\(value) is not available in this version"
        case .repeatedKey(let line): "given already at line \(line)"
        case .repeatedKeyWithin(let line): "a key in it is given already at line \(line)"
        case .wrongShape(let expected, let found): "takes \(expected), not \(found)"
        case .noValue: "has no value"
        case .notAccepted(let value, let accepts): "\"\(value.onOneLine)\" is not \(accepts)"
        case .secretNotAccepted(let accepts, let reason): "is not \(accepts)" + (reason.map { ": it \($0)" } ?? "")
        case .outOfRange(let value, let lowest, let highest):
            "\(value.onOneLine) is not within \(lowest) and \(highest)"
        case .illegalApplication: "no application can have this name: use letters, digits, '.', '_', '-' and '~'"
        case .missing(let part): "\(part) is missing"
        case .unknownPart(let parts): "takes \(parts) and nothing else"
        case .repeatedSecret: "the same secret as an entry before"
        case .repeatedPart(let part): "the same \(part) as an entry before"
        case .tooManyEntries(let limit): "more than \(limit) entries"
        case .addressTaken(let key): "the address is taken by \(key)"
        case .windowTooShort(let least): "three segments need at least \(least)"
        case .notByAPI: "cannot be changed by the API: change it in the file, in the environment or by a flag"
        case .notTogether: "does not go together with what file, environment and flags say"
        case .overridden(let other): "\(other) says what holds here, and goes before the API: change it there"
        }
    }
}

extension String {
    /// The text without what could break a line or a terminal, and not longer than 80 characters.
    var onOneLine: String { onOneLine(upTo: 80) }

    /// The same with another length: a file's path is no use without its end.
    func onOneLine(upTo limit: Int) -> String {
        var line = ""
        for scalar in unicodeScalars.prefix(limit) {
            line.unicodeScalars.append(scalar.isUnsafeInLine ? "\u{FFFD}" : scalar)
        }
        return unicodeScalars.dropFirst(limit).isEmpty ? line : line + "…"
    }
}
