/// The pages that are made from the declarations of the keys.
public enum ConfigurationReference {
    /// `Documentation/configuration.md`.
    public static var page: String {
        let server = ServerConfiguration.keys
        let application = ApplicationConfiguration.keys
        var text = introduction + "\n"
        text += table(server.keys.filter { !$0.name.contains(".") }, of: ServerConfiguration())
        for section in server.sections {
            text += "\n## \(section.name)\n\n\(section.summary)\n\n"
            text += table(server.keys.filter { $0.name.hasPrefix(section.name + ".") }, of: ServerConfiguration())
        }
        text += "\n## apps.NAME\n\n\(applications)\n\n"
        let sectionNames = application.sections.map { $0.name + "." }
        let plain = application.keys.filter { key in !sectionNames.contains { key.name.hasPrefix($0) } }
        text += table(plain, of: ApplicationConfiguration(), prefix: "apps.NAME.")
        for section in application.sections {
            text += "\n### apps.NAME.\(section.name)\n\n\(section.summary)\n\n"
            let keys = application.keys.filter { $0.name.hasPrefix(section.name + ".") }
            text += table(keys, of: ApplicationConfiguration(), prefix: "apps.NAME.")
        }
        return text
    }

    private static let introduction = """
        # Configuration

        <!-- Made from the code by ConfigurationReference; a test compares them. Change the code, not this page. -->

        Every key is optional. `swiftwater config check FILE` says what is wrong with a file, and
        `swiftwater config show` what a server would run on, and why. [swiftwater.yaml](swiftwater.yaml) is a file with
        every key at its default.

        * A value comes from a flag, otherwise from the environment, otherwise from what the API changed, otherwise from the
          file, otherwise it is the default. What the API changed is kept in the data folder; no file is written to.
        * The variable for a key is `SWIFTWATER_` and the key in capitals, with `_` for every other character:
          `apps.live.gop-cache` is `SWIFTWATER_APPS_LIVE_GOP_CACHE`. An empty variable says nothing.
        * `SWIFTWATER_CONFIG` names the file where no `--config` does.
        * Times have a unit: `us`, `ms`, `s`, `m`, `h`. Sizes have one too: `B`, `kB`, `MB`, `GB` (powers of 1000), `KiB`,
          `MiB`, `GiB` (powers of 1024); a size without a unit is one in bytes. Only zero needs none. Bitrates have `kbps`
          or `Mbps`.
        * SIGHUP and `POST /api/v1/configuration/reload` read the file again. The whole of it is checked first, and all of it
          holds or nothing; nobody is disconnected. Where a key says nothing else, a change holds at once for everybody.
        * Switches are `on` or `off`; `true` and `false` mean the same.

        """

    private static let applications = """
        How the streams of the application `NAME` are kept and handed out. `apps."*"` is for every application, and what
        stands there holds for the named ones too until they say otherwise.
        """

    private static func table<Section>(
        _ keys: [ConfigurationKey<Section>], of section: Section, prefix: String = ""
    ) -> String {
        let rows = keys.map { key in
            let full = prefix + key.name
            let variable = EnvironmentName.of(full)
            let takes = key.range.isEmpty ? key.accepts : key.range
            let summary = [key.summary, key.effect.sentence].compactMap { $0 }.joined(separator: " ")
            return "| `\(full)` | \(takes) | `\(key.text(section))` | \(summary) | `\(variable)` |\n"
        }
        return "| key | takes | default | what it does | variable |\n|---|---|---|---|---|\n" + rows.joined()
    }
}
