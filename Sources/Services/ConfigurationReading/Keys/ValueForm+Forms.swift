extension ValueForm where Value == Bool {
    /// A switch.
    static var onOff: ValueForm {
        let words = ["on": true, "true": true, "off": false, "false": false]
        return ValueForm(texts: "on or off", kind: .flag, choices: ["on", "off"]) {
            $0 ? "on" : "off"
        } parse: { text throws(TextFault) in
            guard let value = words[text.lowercased()] else {
                let meant: String? =
                    switch text.lowercased() {
                    case "yes", "y", "1", "enabled", "enable": "on"
                    case "no", "n", "0", "disabled", "disable", "none": "off"
                    default: Spelling.nearest(to: text, among: ["on", "off"])
                    }
                throw TextFault(problem: .notAccepted(text, accepts: "on or off"), suggestion: meant)
            }
            return value
        }
    }
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that name the cases of `Value`.
    ///
    /// - Parameter later: words that a later version knows.
    static func word(later: [String] = []) -> ValueForm {
        let words = Value.allCases.map(\.rawValue)
        let accepts = words.count == 1 ? words.joined() : "one of \(words.joined(separator: ", "))"
        return ValueForm(texts: accepts, kind: .word, choices: words) {
            $0.rawValue
        } parse: { text throws(TextFault) in
            if let value = Value(rawValue: text) { return value }
            if later.contains(text) { throw TextFault(problem: .valueNotAvailable(text)) }
            throw TextFault(
                problem: .notAccepted(text, accepts: accepts), suggestion: Spelling.nearest(to: text, among: words))
        }
    }
}

extension ValueForm where Value == ListenAddress {
    /// A place to listen at.
    static var address: ValueForm {
        let accepts = "host:port, :port or [v6]:port"
        return ValueForm(texts: accepts, kind: .address) {
            $0.description
        } parse: { text throws(TextFault) in
            if let address = ListenAddress(text) { return address }
            let isPort = Int(text).map { (0...65535).contains($0) } ?? false
            throw TextFault(problem: .notAccepted(text, accepts: accepts), suggestion: isPort ? ":\(text)" : nil)
        }
    }
}

extension ValueForm where Value == ListenAddress? {
    /// A place to listen at, or none.
    static var addressOrOff: ValueForm {
        let accepts = "host:port, :port, [v6]:port or off"
        return ValueForm(texts: accepts, kind: .address) {
            $0?.description ?? "off"
        } parse: { text throws(TextFault) in
            if text.lowercased() == "off" || text.lowercased() == "false" { return nil }
            if let address = ListenAddress(text) { return address }
            let isPort = Int(text).map { (0...65535).contains($0) } ?? false
            throw TextFault(problem: .notAccepted(text, accepts: accepts), suggestion: isPort ? ":\(text)" : nil)
        }
    }
}

extension ValueForm where Value == String {
    /// A folder's path.
    static var folder: ValueForm {
        let accepts = "the path of a folder"
        return ValueForm(texts: accepts) {
            $0
        } parse: { text throws(TextFault) in
            guard !text.isEmpty, !text.utf8.contains(0) else {
                throw TextFault(problem: .notAccepted(text, accepts: accepts))
            }
            return text
        }
    }
}

extension ValueForm where Value == Duration {
    /// A time within `range`.
    static func time(_ range: ClosedRange<Duration>) -> ValueForm {
        let accepts = "a time such as 2s, 500ms or 1m"
        var form = ValueForm(texts: accepts, kind: .time, text: TimeSpan.text) { text throws(TextFault) in
            let value = try quantity(text, accepts: accepts, example: "s") { text throws(Quantity.Fault) in
                Duration.nanoseconds(try Quantity.read(text, units: TimeSpan.units))
            }
            return try within(range, value, text, TimeSpan.text)
        }
        form.range = "\(TimeSpan.text(range.lowerBound)) … \(TimeSpan.text(range.upperBound))"
        return form
    }
}

extension ValueForm where Value == Int {
    /// A number of bytes within `range`; a number without a unit is one of bytes.
    static func size(_ range: ClosedRange<Int>) -> ValueForm {
        let accepts = "a size such as 64KiB or 8MiB"
        var form = ValueForm(texts: accepts, kind: .size, text: ByteSize.text) { text throws(TextFault) in
            let value = try quantity(text, accepts: accepts, example: "iB") { text throws(Quantity.Fault) in
                Int(clamping: try Quantity.read(text, units: ByteSize.units, bareFactor: 1))
            }
            return try within(range, value, text, ByteSize.text)
        }
        form.range = "\(ByteSize.text(range.lowerBound)) … \(ByteSize.text(range.upperBound))"
        return form
    }

    /// A whole number within `range`.
    static func count(_ range: ClosedRange<Int>) -> ValueForm {
        let accepts = "a whole number"
        var form = ValueForm(texts: accepts, kind: .count) {
            "\($0)"
        } parse: { text throws(TextFault) in
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                throw TextFault(problem: .notAccepted(text, accepts: accepts))
            }
            return try within(range, Int(text) ?? (text.hasPrefix("-") ? .min : .max), text) { "\($0)" }
        }
        form.range = "\(range.lowerBound) … \(range.upperBound)"
        return form
    }
}

/// Reads a number with a unit, and says what may have been meant where that fails.
private func quantity<Value>(
    _ text: String, accepts: String, example unit: String, read: (String) throws(Quantity.Fault) -> Value
) throws(TextFault) -> Value {
    do throws(Quantity.Fault) {
        return try read(text)
    } catch {
        var suggestion: String?
        switch error {
        case .noUnit: suggestion = text + unit
        case .unknownUnit:
            let number = text.prefix { $0.isNumber || $0 == "." }
            let written = text[number.endIndex...].drop { $0 == " " }.lowercased()
            let units = unit == "s" ? TimeSpan.units.map(\.name) : ByteSize.units.map(\.name)
            let known =
                units.first { $0.lowercased() == written }
                ?? units.first { unit == "s" ? isWord(written, for: $0) : written + "ib" == $0.lowercased() }
            suggestion = known.map { number + $0 }
        case .notANumber, .notWhole, .tooLarge: break
        }
        throw TextFault(problem: .notAccepted(text, accepts: accepts), suggestion: suggestion)
    }
}

/// Whether `word` is an everyday word for the unit of time `name`.
private func isWord(_ word: String, for name: String) -> Bool {
    let words = [
        "us": ["µs", "usec", "microsecond", "microseconds"], "ms": ["msec", "millis", "millisecond", "milliseconds"],
        "s": ["sec", "secs", "second", "seconds"], "m": ["min", "mins", "minute", "minutes"],
        "h": ["hr", "hour", "hours"],
    ]
    return words[name]?.contains(word) ?? false
}

/// Holds a value against its range.
func within<Value: Comparable>(
    _ range: ClosedRange<Value>, _ value: Value, _ found: String, _ text: (Value) -> String
) throws(TextFault) -> Value {
    guard range.contains(value) else {
        throw TextFault(
            problem: .outOfRange(found, lowest: text(range.lowerBound), highest: text(range.upperBound)))
    }
    return value
}
