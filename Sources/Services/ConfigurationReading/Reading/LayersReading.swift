/// Turns what the layers say into a checked value.
struct LayersReading {
    /// The folder of the file, from which relative file names start.
    let folder: String
    /// What was found wrong.
    private(set) var faults: [ConfigurationFault] = []
    /// Where the keys that somebody set were set, by full name.
    private var origins: [String: ConfigurationOrigin] = [:]

    init(folder: String) {
        self.folder = folder.isEmpty ? "." : folder
    }

    /// Reads all assignments, and checks the outcome as a whole.
    mutating func read(
        _ layers: ConfigurationLayers
    ) -> (ServerConfiguration, [ConfigurationReport.Setting]) {
        var configuration = ServerConfiguration()
        let others = ConfigurationLayers.otherApplications
        read(layers.server, by: ServerConfiguration.keys, into: &configuration, prefix: "")
        read(
            layers.applications[others] ?? [:], by: ApplicationConfiguration.keys,
            into: &configuration.otherApplications,
            prefix: "apps.\(others).")
        let names = layers.applications.keys.filter { $0 != others }.sorted()
        for name in names {
            // What is said of all applications holds for the named ones too, until they say otherwise.
            for key in ApplicationConfiguration.keys.keys {
                origins["apps.\(name).\(key.name)"] = origins["apps.\(others).\(key.name)"]
            }
            var application = configuration.otherApplications
            read(
                layers.applications[name] ?? [:], by: ApplicationConfiguration.keys, into: &application,
                prefix: "apps.\(name).")
            configuration.applications[name] = application
        }
        check(configuration)
        var settings = settings(of: configuration, by: ServerConfiguration.keys, prefix: "")
        for name in [others] + names {
            settings += self.settings(
                of: configuration.application(name), by: ApplicationConfiguration.keys, prefix: "apps.\(name).")
        }
        return (configuration, settings)
    }

    private mutating func read<Section>(
        _ assignments: [String: [Assignment]], by table: KeyTable<Section>, into section: inout Section, prefix: String
    ) {
        for key in table.keys {
            for assignment in assignments[key.name] ?? [] {
                let full = prefix + key.name
                var reading = ValueReading(key: full, origin: assignment.origin, folder: folder)
                if key.assign(assignment.node, &reading, &section) { origins[full] = assignment.origin }
                faults += reading.faults
            }
        }
    }

    private func settings<Section>(
        of section: Section, by table: KeyTable<Section>, prefix: String
    ) -> [ConfigurationReport.Setting] {
        table.keys.map { key in
            let full = prefix + key.name
            return ConfigurationReport.Setting(key: full, value: key.text(section), origin: origins[full] ?? .builtIn)
        }
    }
}

extension LayersReading {
    /// Finds values that are right each by itself and wrong together.
    private mutating func check(_ configuration: ServerConfiguration) {
        checkListeners(of: configuration)
        checkWindow(of: configuration.otherApplications, name: ConfigurationLayers.otherApplications)
        for (name, application) in configuration.applications.sorted(by: { $0.key < $1.key })
        where application.hls != configuration.otherApplications.hls {
            checkWindow(of: application, name: name)
        }
    }

    /// Each listener has an address of its own.
    private mutating func checkListeners(of configuration: ServerConfiguration) {
        let listeners: [(key: String, address: ListenAddress?)] = [
            ("rtmp.listen", configuration.rtmp.listen), ("rtmps.listen", configuration.rtmpsAddress),
            ("rtmpt.listen", configuration.rtmpt.listen), ("http.listen", configuration.http.listen),
            ("https.listen", configuration.httpsAddress), ("rtmpts.listen", configuration.rtmpts.listen),
            ("api.srs", configuration.api.srs),
        ]
        for (index, later) in listeners.enumerated() {
            guard let address = later.address, address.port != 0,
                let earlier = listeners[..<index].first(where: { $0.address == address })
            else { continue }
            let (key, other) =
                origins[later.key] != nil ? (later.key, earlier.key) : (earlier.key, later.key)
            refuse(.addressTaken(by: other), key: key)
        }
    }

    /// A live playlist holds three segments at least (RFC 8216 §6.2.2).
    private mutating func checkWindow(of application: ApplicationConfiguration, name: String) {
        let least = application.hls.segment * 3
        guard application.hls.window < least else { return }
        let window = "apps.\(name).hls.window"
        let key = origins[window] != nil ? window : "apps.\(name).hls.segment"
        refuse(.windowTooShort(least: TimeSpan.text(least)), key: key)
    }

    private mutating func refuse(_ problem: ConfigurationFault.Problem, key: String) {
        faults.append(ConfigurationFault(problem, at: origins[key] ?? .builtIn, key: key))
    }
}
