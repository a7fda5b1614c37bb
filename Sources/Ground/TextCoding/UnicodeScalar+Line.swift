extension Unicode.Scalar {
    /// Whether the character could break a line, move a terminal's cursor or hide what stands in the line.
    public var isUnsafeInLine: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
