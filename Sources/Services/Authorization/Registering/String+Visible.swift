import TextCoding

extension String {
    /// Whether all of it can be seen, and is safe in a log line.
    var isVisible: Bool {
        !unicodeScalars.contains { $0.isUnsafeInLine || $0.properties.generalCategory == .unassigned }
    }
}
