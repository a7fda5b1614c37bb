extension ConfigurationReport: CustomStringConvertible {
    /// One line per key: the key, its value, and where that came from, in columns.
    public var description: String {
        let keyWidth = settings.map(\.key.count).max() ?? 0
        // One very long value, a list of keys, is not to push every origin off the screen.
        let valueWidth = min(settings.map(\.value.count).max() ?? 0, 24)
        return settings.map { setting in
            let key = setting.key.padded(to: keyWidth)
            let origin = setting.origin.description.onOneLine(upTo: 1_024)
            return "\(key)  \(setting.value.padded(to: valueWidth))  \(origin)"
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
