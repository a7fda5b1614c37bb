import EndpointCore

/// Text in the form of HTML's forms and of queries (WHATWG URL §5.2): pairs in order.
struct FormText {
    private(set) var text = ""

    /// Adds a pair.
    mutating func add(_ name: String, _ value: String) {
        if !text.isEmpty { text += "&" }
        text += name.percentEncoded + "=" + value.percentEncoded
    }
}

extension String {
    /// A URL up to its query.
    var withoutQuery: String { String(prefix { $0 != "?" }) }
}
