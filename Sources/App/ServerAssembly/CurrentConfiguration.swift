import ConfigurationReading
import NIOConcurrencyHelpers

/// The configuration in force.
///
/// Whoever decides something asks here at that moment, so that a reload holds from the next decision on and nobody is
/// dropped for it.
final class CurrentConfiguration: Sendable {
    private let box: NIOLockedValueBox<ServerConfiguration>

    /// Begins with a configuration.
    init(_ configuration: ServerConfiguration) {
        box = NIOLockedValueBox(configuration)
    }

    /// What is in force now.
    var value: ServerConfiguration {
        get { box.withLockedValue { $0 } }
        set { box.withLockedValue { $0 = newValue } }
    }
}
