public import ConfigurationReading

extension EventFeed {
    /// Tells that settings have changed: which, and not to what, for whoever may see one application may listen.
    public func configurationChanged(_ differences: [ConfigurationDifference], by author: String) {
        publish("configuration.changed", application: nil) { writer in
            writer.member("by", author)
            writer.member("changes", of: differences) { writer, difference in
                writer.object { writer in
                    writer.member("key", difference.key)
                    writer.member("applies", difference.effect.rawValue)
                }
            }
        }
    }
}
