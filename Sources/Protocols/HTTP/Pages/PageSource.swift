/// Makes what is sent of a page from what is written: the same program, without what only its readers need.
///
/// The sources keep to a few rules. An import is one line at the left margin; comments have lines of their own; names at
/// the top of a module are the page's only ones of that kind; no string spans lines.
enum PageSource {
    private static let space = UInt8(ascii: " ")
    private static let quotes = Set("\"'`".utf8)
    /// Characters beside which JavaScript needs no space, outside of quotes.
    private static let separators = Set("/=+-*<>?:;,{}()&|![]".utf8)

    /// Characters at the beginning of a line that continue the statement before it.
    private static let continuations = Set("([`+-*/,.".utf8)
    /// Characters at the end of a line after which a statement goes on, or another may begin at once.
    private static let openings = Set("{([,".utf8)

    /// One script out of ECMAScript modules, given each before those that use it.
    static func joinedScript(of modules: [[UInt8]]) -> String {
        var script: [UInt8] = []
        var followsConstant = false
        for line in modules.lazy.flatMap({ lines(of: $0) }) where !line.starts(with: "//".utf8) {
            if line.starts(with: "import ".utf8) { continue }
            let isExported = line.starts(with: "export ".utf8)
            let tight = tightened(isExported ? line.dropFirst("export ".utf8.count) : line)
            // The end of a line ends a statement, unless what follows could continue it.
            if script.last == UInt8(ascii: ";"), let first = tight.first, !continuations.contains(first) {
                script.removeLast()
            }
            // Nor does anything have to end it before a brace that closes.
            let joins = script.last.map { openings.contains($0) || tight.first == UInt8(ascii: "}") }
            if joins != true { script.append(UInt8(ascii: "\n")) }
            let isConstant = tight.starts(with: "const".utf8) && tight.dropFirst(5).first.map(isPart) != true
            if isConstant, followsConstant, joins != true {
                // One declaration after the other is one with two names.
                script[script.count - 1] = UInt8(ascii: ",")
                script += tight.dropFirst(5).drop { $0 == space }
            } else {
                script += tight
            }
            followsConstant = isConstant && tight.last == UInt8(ascii: ";")
        }
        return withShortNames(String(decoding: script, as: UTF8.self))
    }

    /// The script with short names for private members and for constants of several words, which nobody else knows.
    ///
    /// In texts there is one small letter at most behind a number sign, and no underscore between capitals.
    private static func withShortNames(_ script: String) -> String {
        var names: [Substring: String] = [:]
        return script.replacing(/[#][a-z][A-Za-z]+|[A-Z][A-Z]+_[A-Z_]+/) { match in
            let isPrivate = match.output.first == "#"
            // Two characters, of which the first is a letter: a0 to zz.
            let number = String(names.count + 360, radix: 36, uppercase: !isPrivate)
            let short = names[match.output] ?? (isPrivate ? "#" + number : number)
            names[match.output] = short
            return short
        }
    }

    /// A style sheet without the spaces that nobody needs, and without comments.
    static func tightenedStyle(_ source: [UInt8]) -> String {
        var style = lines(of: source).filter { !$0.starts(with: "/*".utf8) }.map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: "\n")
        for (spaced, tight) in [
            ("{\n", "{"), ("}\n", "}"), (";\n", ";"), (",\n", ","), (" {", "{"), ("{ ", "{"), (" }", "}"), ("; ", ";"),
            (": ", ":"), (", ", ","), (";}", "}"),
        ] {
            style = style.replacing(spaced, with: tight)
        }
        return style
    }

    /// A document without the indentation of its lines, and without the quotes around plain words (HTML §13.1.2.3).
    static func tightenedDocument(_ source: [UInt8]) -> String {
        lines(of: source).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
            .replacing(/="([A-Za-z0-9-]+)"([ >])/) { "=\($0.1)\($0.2)" }
    }

    /// The lines that are not empty, without the spaces around them.
    private static func lines(of source: [UInt8]) -> [ArraySlice<UInt8>] {
        source.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let first = line.firstIndex(where: { $0 != space }),
                let last = line.lastIndex(where: { $0 != space })
            else { return nil }
            return line[first...last]
        }
    }

    /// A line of a script without the spaces around its separators.
    ///
    /// Within a regular expression a space may mean itself: a line that holds one, as a slash without spaces on both sides
    /// tells, stays as it is.
    private static func tightened(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var tight: [UInt8] = []
        var quote: UInt8?
        for index in line.indices {
            let byte = line[index]
            let next = index + 1 < line.endIndex ? line[index + 1] : nil
            if quote != nil {
                if byte == quote { quote = nil }
            } else if quotes.contains(byte) {
                quote = byte
            } else if byte == UInt8(ascii: "/"), index == line.startIndex || line[index - 1] != space || next != space {
                return Array(line)
            } else if byte == UInt8(ascii: "="), next == UInt8(ascii: ">"), let open = loneParameter(endOf: tight) {
                tight.removeLast()
                tight.remove(at: open)
            } else if byte == space, let last = tight.last, let next, last != next,
                separators.contains(last) || separators.contains(next)
            {
                // Of two equal signs the space stays between: together they would be another operator.
                continue
            }
            tight.append(byte)
        }
        return tight
    }
    /// Where the brackets around the parameter that a function in short form has alone begin; it needs none.
    private static func loneParameter(endOf script: [UInt8]) -> Int? {
        guard script.last == UInt8(ascii: ")"),
            let open = script.dropLast().lastIndex(where: { !isPart($0) }), script[open] == UInt8(ascii: "("),
            open < script.count - 2, open == 0 || !isPart(script[open - 1])
        else { return nil }
        return open
    }

    /// Whether a character belongs to a name or a number.
    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
