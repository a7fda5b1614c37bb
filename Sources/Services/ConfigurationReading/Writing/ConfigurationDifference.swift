/// A setting that two configurations have differently.
public struct ConfigurationDifference: Sendable, Hashable {
    /// The key in full.
    public let key: String
    /// What it was, as an operator writes it; secrets are `…`.
    public let old: String
    /// What it is.
    public let new: String
    /// Whom the change concerns.
    public let effect: SettingEffect

    /// Makes a difference.
    public init(key: String, old: String, new: String, effect: SettingEffect) {
        self.key = key
        self.old = old
        self.new = new
        self.effect = effect
    }
}

extension ServerConfiguration {
    /// What differs from an earlier configuration, in the order of the reference page.
    ///
    /// What an application has only because every application has it is told once, of `apps.*`.
    public func differences(from earlier: ServerConfiguration) -> [ConfigurationDifference] {
        var found = Self.differences(Self.keys, earlier, self, prefix: "")
        let all = Self.differences(
            ApplicationConfiguration.keys, earlier.otherApplications, otherApplications,
            prefix: "apps.\(ConfigurationLayers.otherApplications).")
        found += all
        for name in Set(earlier.applications.keys).union(applications.keys).sorted() {
            let prefix = "apps.\(name)."
            let own = Self.differences(
                ApplicationConfiguration.keys, earlier.application(name), application(name), prefix: prefix)
            found += own.filter { difference in
                !all.contains {
                    $0.key.dropFirst("apps.*.".count) == difference.key.dropFirst(prefix.count)
                        && ($0.old, $0.new) == (difference.old, difference.new)
                }
            }
        }
        return found
    }

    private static func differences<Section>(
        _ table: KeyTable<Section>, _ earlier: Section, _ later: Section, prefix: String
    ) -> [ConfigurationDifference] {
        table.keys.filter { !$0.isSame(earlier, later) }.map { key in
            ConfigurationDifference(
                key: prefix + key.name, old: key.text(earlier), new: key.text(later), effect: key.effect)
        }
    }
}
