import Catalogue
import ConfigurationReading
import EndpointCore
import TextCoding

/// A setting as the API shows it.
struct SettingAnswer {
    let setting: ConfigurationReport.Setting
    /// What the server goes by until it is started anew, where that is something else.
    let inForce: String?

    func write(to writer: inout JSONWriter) {
        writer.member("key", setting.key)
        writer.member("value", setting.value)
        writer.member("inForce", inForce)
        writer.member("origin") { setting.origin.write(to: &$0) }
        guard let description = SettingDescription(of: setting.key) else { return }
        writer.member("default", description.defaultValue)
        writer.member("kind", description.kind.rawValue)
        if !description.choices.isEmpty {
            writer.member("choices", of: description.choices) { $0.string($1) }
        }
        writer.member("accepts", description.accepts)
        writer.member("range", description.range.isEmpty ? nil : description.range)
        writer.member("applies", description.effect.rawValue)
        writer.member("changeable", description.isChangeable && setting.origin.givesWayToAPI)
        writer.member("summary", description.summary)
    }
}

extension ConfigurationOrigin {
    /// Whether what the API says goes before it.
    fileprivate var givesWayToAPI: Bool {
        switch self {
        case .builtIn, .file, .api: true
        case .environment, .flag: false
        }
    }

    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .builtIn: writer.member("kind", "default")
        case .file:
            writer.member("kind", "file")
            writer.member("place", description)
        case .api: writer.member("kind", "api")
        case .environment(let name):
            writer.member("kind", "environment")
            writer.member("place", name)
        case .flag(let name):
            writer.member("kind", "flag")
            writer.member("place", name)
        }
    }
}

/// A change by the API as the API shows it.
struct ChangeAnswer {
    let change: StoredChange
    let state: ConfigurationState

    func write(to writer: inout JSONWriter) {
        let setting = state.report.settings.first { $0.key == change.key }
        let isHeld = setting?.origin == .api(key: change.key)
        let faults = state.leftOut.filter { $0.origin == .api(key: change.key) }
        writer.member("key", change.key)
        // What cannot be read is not shown: it may be a secret.
        writer.member("value", isHeld ? setting?.value : nil)
        writer.member(
            "without", state.unchanged.settings.first { $0.key == change.key }?.value ?? defaultValue)
        writer.member("state", isHeld ? "in-force" : faults.isEmpty ? "overridden" : "left-out")
        writer.member("overriddenBy", isHeld || !faults.isEmpty ? nil : setting?.origin.description)
        writer.member("problem", faults.first?.problem.description)
        writer.member("by", change.author)
        writer.member("changedAt", time: UTCTime(change.changedAt))
    }

    /// Of an application that only the API names.
    private var defaultValue: String? {
        guard ConfigurationReport.application(of: change.key) != nil else { return nil }
        let parts = change.key.split(separator: ".", maxSplits: 2)
        return parts.count == 3 ? state.unchanged.settings.first { $0.key == "apps.*.\(parts[2])" }?.value : nil
    }
}
